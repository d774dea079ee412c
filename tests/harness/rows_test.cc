// What revisions do to rows, on every engine.
#include <gmock/gmock.h>

#include "harness/fill.h"
#include "harness/rows_compare.h"
#include "provision/base/text.h"
#include "tests/engine/engine_fixture.h"

namespace harness {
namespace {

using provision::Difference;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RowsTest : public provision::EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
    reader = std::make_unique<RowReader>(*database, std::vector<std::string>{"schema_migrations"});
  }

  /// Makes `schema` and gives its tables `rows` rows, which are then what was before.
  void begin(const std::string& schema, std::int64_t rows = 5) {
    database->execute(schema);
    if (rows > 0) {
      provision::Transaction transaction(*database);
      const FillReport report = Filler(*database, {.rows = rows}).fill();
      ASSERT_THAT(report.unfilled, IsEmpty());
      transaction.commit();
    }
    reader->read();
  }
  RowsChanges step(const std::string& sql) {
    database->execute(sql);
    return reader->read();
  }
  /// "missing users rows 2", "changed users column nickname 5".
  static std::vector<std::string> told(const std::vector<DataDifference>& differences) {
    std::vector<std::string> lines;
    for (const DataDifference& difference : differences) {
      const Difference row = described({difference}).at(0);
      lines.push_back(row.type + " " + row.object + " " + row.attribute + " " +
                      std::to_string(difference.count));
    }
    return lines;
  }
  std::vector<std::string> round_trip(const std::string& up, const std::string& down) {
    const RowsChanges upgrade = step(up);
    return told(data_difference(composed(upgrade, step(down))));
  }
  std::string id(const std::string& table) const {
    return GetParam() == "postgresql" ? "public." + table : provision::lower(table);
  }

  provision::DatabaseSpec spec;
  std::unique_ptr<provision::Database> database;
  std::unique_ptr<RowReader> reader;
};
INSTANTIATE_TEST_SUITE_P(Engines, RowsTest, testing::Values("sqlite", "postgresql"));

constexpr const char* kUsers =
    "CREATE TABLE users (id integer PRIMARY KEY, nickname text, age integer);"
    "CREATE TABLE posts (id integer PRIMARY KEY, "
    "user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE, title text)";

TEST_P(RowsTest, WhatComesAndGoesIsNoDifference) {
  begin(kUsers);

  EXPECT_THAT(round_trip("ALTER TABLE users ADD COLUMN email text; CREATE TABLE extra (a integer);"
                         "INSERT INTO extra VALUES (1); UPDATE users SET email = 'x'",
                         "ALTER TABLE users DROP COLUMN email; DROP TABLE extra"),
              IsEmpty());
}

TEST_P(RowsTest, ARenameThereAndBackIsNoDifference) {
  begin(kUsers);

  EXPECT_THAT(
      round_trip(
          "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME COLUMN age TO years",
          "ALTER TABLE people RENAME COLUMN years TO age; ALTER TABLE people RENAME TO users"),
      IsEmpty());
}

TEST_P(RowsTest, AColumnThatComesBackEmptyLostItsValues) {
  begin(kUsers);

  const RowsChanges upgrade = step("ALTER TABLE users DROP COLUMN nickname");
  const auto found =
      data_difference(composed(upgrade, step("ALTER TABLE users ADD COLUMN nickname text")));

  ASSERT_THAT(told(found), ElementsAre("changed table users column nickname 5"));
  EXPECT_EQ(found[0].nulls, 5);
  EXPECT_EQ(found[0].subject(), "users.nickname");
  const Difference row = described(found).at(0);
  EXPECT_EQ(row.expected, "'nickname1'; 'nickname2'; 'nickname3'; ...");
  EXPECT_EQ(row.actual, "NULL in 5 rows");
  EXPECT_EQ(row.difference_class, "data");
}

TEST_P(RowsTest, RowsThatTheUpgradeDeletesStayGone) {
  begin(kUsers);

  const RowsChanges upgrade = step("DELETE FROM posts WHERE id > 10003");
  const auto found = data_difference(composed(upgrade, step("UPDATE posts SET title = title")));

  EXPECT_THAT(told(lost_rows(upgrade)), ElementsAre("missing table posts rows 2"));
  ASSERT_THAT(told(found), ElementsAre("missing table posts rows 2"));
  EXPECT_EQ(described(found)[0].actual, "3 rows, without id '10004'; id '10005'");
}

TEST_P(RowsTest, RowsThatTheDowngradeLeavesAreExtra) {
  begin(kUsers);

  EXPECT_THAT(round_trip("INSERT INTO users VALUES (1, 'root', 7)", "SELECT 1"),
              ElementsAre("extra table users rows 1"));
}

TEST_P(RowsTest, ValuesThatChangeAreCounted) {
  begin(kUsers);

  EXPECT_THAT(
      round_trip("UPDATE users SET nickname = upper(nickname) WHERE id < 10003",
                 "UPDATE users SET age = NULL WHERE id = 10001"),
      ElementsAre("changed table users column nickname 2", "changed table users column age 1"));
}

TEST_P(RowsTest, ValuesThatChangePlacesAreSeen) {
  begin(kUsers);

  EXPECT_THAT(round_trip("UPDATE users SET nickname = CASE id WHEN 10001 THEN 'nickname2' "
                         "ELSE 'nickname1' END WHERE id < 10003",
                         "SELECT 1"),
              ElementsAre("changed table users column nickname 2"));
}

TEST_P(RowsTest, NewKeysAreChangesNotLosses) {
  begin("CREATE TABLE t (id integer PRIMARY KEY, name text NOT NULL)");

  const RowsChanges upgrade = step("UPDATE t SET id = id + 500");

  EXPECT_THAT(lost_rows(upgrade), IsEmpty());
  EXPECT_THAT(told(data_difference(upgrade)), ElementsAre("changed table t column id 5"));
}

TEST_P(RowsTest, WithoutAKeyRowsAreToldByWhatTheyHold) {
  begin("CREATE TABLE t (a text, b integer)", 0);
  database->execute("INSERT INTO t VALUES ('x', 1), ('x', 1), ('y', NULL), (NULL, 3)");
  reader->read();

  EXPECT_THAT(round_trip("DELETE FROM t WHERE a = 'x'", "INSERT INTO t VALUES ('x', 1)"),
              ElementsAre("missing table t rows 1"));
  EXPECT_THAT(round_trip("UPDATE t SET b = 9 WHERE a = 'y'", "SELECT 1"),
              ElementsAre("changed table t column b 1"));
}

TEST_P(RowsTest, NumbersAreComparedAsNumbers) {
  begin("CREATE TABLE t (id integer PRIMARY KEY, n numeric)", 0);
  database->execute("INSERT INTO t VALUES (1, 1.50), (2, 2.0)");
  reader->read();

  EXPECT_THAT(round_trip("UPDATE t SET n = 1.5 WHERE id = 1", "UPDATE t SET n = 2 WHERE id = 2"),
              IsEmpty());
}

TEST_P(RowsTest, NothingIsNotAnEmptyText) {
  begin("CREATE TABLE t (id integer PRIMARY KEY, a text)", 0);
  database->execute("INSERT INTO t VALUES (1, NULL)");
  reader->read();

  EXPECT_THAT(round_trip("UPDATE t SET a = ''", "SELECT 1"),
              ElementsAre("changed table t column a 1"));
}

TEST_P(RowsTest, LongValuesAreComparedInFull) {
  begin("CREATE TABLE t (id integer PRIMARY KEY, a text)", 0);
  const std::string text(5000, 'x');
  database->execute("INSERT INTO t VALUES (1, '" + text + "a')");
  reader->read();

  EXPECT_THAT(round_trip("UPDATE t SET a = '" + text + "b'", "SELECT 1"),
              ElementsAre("changed table t column a 1"));
}

TEST_P(RowsTest, OnlyTouchedTablesAreReadAgain) {
  begin(kUsers);
  database->execute("DELETE FROM posts; UPDATE users SET age = 1");

  const RowsChanges changes = reader->read({id("users")});

  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes.begin()->first, id("users"));
  EXPECT_THAT(told(data_difference(changes)), ElementsAre("changed table users column age 5"));
  EXPECT_THAT(told(data_difference(reader->read({id("posts")}))),
              ElementsAre("missing table posts rows 5"));
}

TEST_P(RowsTest, ADroppedTableIsNoLossButOneMadeAnewIs) {
  begin(kUsers);

  const RowsChanges upgrade = step("DROP TABLE posts");
  EXPECT_THAT(lost_rows(upgrade), IsEmpty());

  const auto found = data_difference(composed(
      upgrade, step("CREATE TABLE posts (id integer PRIMARY KEY, user_id integer, title text)")));
  EXPECT_THAT(told(found), ElementsAre("missing table posts rows 5"));
}

TEST_P(RowsTest, ANotNullColumnWithoutDefaultFailsOnAFilledTable) {
  begin(kUsers);

  const provision::Error error = provision::error_of(
      [&] { database->execute("ALTER TABLE users ADD COLUMN email text NOT NULL"); });

  EXPECT_EQ(error.kind(), provision::ErrorKind::refused);
}

TEST_P(RowsTest, BookkeepingIsNotLookedAt) {
  begin("CREATE TABLE schema_migrations (version integer)", 0);

  EXPECT_THAT(step("INSERT INTO schema_migrations VALUES (1)"), IsEmpty());
}

TEST_P(RowsTest, BigTablesAreComparedByDigests) {
  begin("CREATE TABLE t (id integer PRIMARY KEY, a integer)", 0);
  database->execute(
      "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "25000) "
      "SELECT i, i % 100 FROM n");
  reader->read();

  const RowsChanges same = step("UPDATE t SET a = a");
  EXPECT_EQ(same.begin()->second.after->count, 25'000);
  EXPECT_THAT(same.begin()->second.after->rows, IsEmpty());
  EXPECT_THAT(data_difference(same), IsEmpty());
  EXPECT_THAT(told(data_difference(step("UPDATE t SET a = 7 WHERE id = 24000"))),
              ElementsAre("changed table t column a -1"));
  EXPECT_THAT(told(lost_rows(step("DELETE FROM t WHERE id > 24990"))),
              ElementsAre("missing table t rows 10"));
}

TEST_P(RowsTest, NamesThatNeedQuotesAreTold) {
  const std::string ddl = "CREATE TABLE \"My \"\"Table\"\"\" (\"Id\" integer PRIMARY KEY)";
  begin(ddl);
  auto schema = database->schema_reader({});
  schema->snapshot();
  provision::Transaction transaction(*database);
  database->execute("DELETE FROM \"My \"\"Table\"\"\"");

  const provision::SchemaChanges none = schema->changes();
  const RowsChanges changes = reader->read_touched(schema->touched(), none);

  EXPECT_TRUE(changes.contains(id("My \"Table\"")));
  EXPECT_THAT(lost_rows(changes), SizeIs(1));
}

class SqliteRowsTest : public RowsTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteRowsTest, testing::Values("sqlite"));

TEST_P(SqliteRowsTest, ARebuildWithForeignKeysTakesTheChildrenAlong) {
  begin(kUsers);

  const RowsChanges upgrade = step(
      "PRAGMA foreign_keys = on;"
      "CREATE TABLE new_users (id integer PRIMARY KEY, nickname text, age integer, email text);"
      "INSERT INTO new_users (id, nickname, age) SELECT id, nickname, age FROM users;"
      "DROP TABLE users; ALTER TABLE new_users RENAME TO users");

  EXPECT_THAT(told(lost_rows(upgrade)), ElementsAre("missing table posts rows 5"));
}

TEST_P(SqliteRowsTest, WhatARevisionTouchesIsTold) {
  begin(kUsers);
  auto schema = database->schema_reader({});
  schema->snapshot();
  database->begin_revision(true);
  for (const auto& statement :
       engine().split("ALTER TABLE users ADD COLUMN email text; DELETE FROM posts")) {
    database->run_revision_statement(statement);
  }

  const provision::SchemaChanges schema_changes = schema->changes();
  const RowsChanges changes = reader->read_touched(schema->touched(), schema_changes);

  EXPECT_TRUE(changes.contains("users"));
  EXPECT_TRUE(changes.contains("posts"));
  database->end_revision();
}

class PostgresqlRowsTest : public RowsTest {};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlRowsTest, testing::Values("postgresql"));

TEST_P(PostgresqlRowsTest, RowsOfPartitionsAreThoseOfTheWhole) {
  begin(
      "CREATE TABLE l (id int, kind text NOT NULL) PARTITION BY LIST (kind);"
      "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('x')");

  database->execute("DELETE FROM l1");
  EXPECT_THAT(told(data_difference(reader->read({"public.l1"}))),
              ElementsAre("missing table l rows 5"));
}

TEST_P(PostgresqlRowsTest, APartitionThatStaysDetachedTakesRowsAlong) {
  begin(
      "CREATE TABLE l (id int, kind text NOT NULL) PARTITION BY LIST (kind);"
      "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('x')");

  EXPECT_THAT(round_trip("ALTER TABLE l DETACH PARTITION l1", "SELECT 1"),
              ElementsAre("missing table l rows 5"));
}

TEST_P(PostgresqlRowsTest, ATypeThereAndBackMayChangeValues) {
  begin("CREATE TABLE t (id int PRIMARY KEY, n numeric(8,2) NOT NULL, at timestamp NOT NULL)");

  EXPECT_THAT(
      round_trip("ALTER TABLE t ALTER n TYPE int", "ALTER TABLE t ALTER n TYPE numeric(8,2)"),
      ElementsAre("changed table t column n 5"));
  EXPECT_THAT(
      round_trip("ALTER TABLE t ALTER at TYPE date", "ALTER TABLE t ALTER at TYPE timestamp"),
      ElementsAre("changed table t column at 5"));
}

TEST_P(PostgresqlRowsTest, TablesOfOtherSchemasAreNamedWithThem) {
  begin("CREATE SCHEMA shop; CREATE TABLE shop.item (id int PRIMARY KEY)");

  EXPECT_THAT(told(lost_rows(step("DELETE FROM shop.item"))),
              ElementsAre("missing table shop.item rows 5"));
}

}  // namespace
}  // namespace harness
