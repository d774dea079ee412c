// What every engine promises of a session.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DatabaseTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
  }

  void run_revision(const std::string& script) {
    database->begin_revision(true);
    for (const Statement& statement : engine().split(script)) {
      database->run_revision_statement(statement);
    }
    database->check_revision();
    database->commit();
    database->end_revision();
  }

  DatabaseSpec spec;
  std::unique_ptr<Database> database;
};

TEST_P(DatabaseTest, AQueryReturnsColumnsRowsAndNulls) {
  const Rows rows = database->query("SELECT 'a''b' AS x, NULL AS y UNION ALL SELECT '', 'c'");

  EXPECT_THAT(rows.columns, ElementsAre("x", "y"));
  EXPECT_THAT(rows.rows, ElementsAre(Row{"a'b", std::nullopt}, Row{"", "c"}));
}

TEST_P(DatabaseTest, AQueryOfSeveralStatementsReturnsTheRowsOfTheLast) {
  const Rows rows = database->query("CREATE TABLE t (a integer); SELECT 7 AS a");

  EXPECT_THAT(rows.rows, ElementsAre(Row{"7"}));
}

TEST_P(DatabaseTest, ARefusedStatementCarriesTheDatabasesCode) {
  const Error error = error_of([&] { database->execute("SELECT * FROM missing"); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_FALSE(error.code().empty());
  EXPECT_THAT(error.message(), HasSubstr("missing"));
  EXPECT_NE(error.message().back(), '\n');
}

TEST_P(DatabaseTest, ATransactionThatIsNotCommittedLeavesNothing) {
  {
    Transaction transaction(*database);
    database->execute("CREATE TABLE t (a integer)");
  }

  EXPECT_FALSE(database->table_exists("", "t"));
}

TEST_P(DatabaseTest, ACommittedTransactionIsSeenByOthers) {
  Transaction transaction(*database);
  database->execute("CREATE TABLE t (a integer)");
  transaction.commit();

  EXPECT_TRUE(connect(spec, Access::read)->table_exists("", "t"));
}

TEST_P(DatabaseTest, ARollbackOutsideATransactionDoesNothing) {
  database->rollback();

  EXPECT_EQ(only_value(*database, "SELECT 1"), "1");
}

TEST_P(DatabaseTest, ASessionForReadingCannotWrite) {
  auto reader = connect(spec, Access::read);

  EXPECT_THROW(reader->execute("CREATE TABLE t (a integer)"), Error);
}

TEST_P(DatabaseTest, OnlyOneSessionHasTheLock) {
  auto other = connect(spec);

  EXPECT_FALSE(database->try_lock().has_value());
  const auto holder = other->try_lock();
  ASSERT_TRUE(holder.has_value());
  EXPECT_THAT(holder->description, HasSubstr("provision test (me@here, process 1)"));
}

TEST_P(DatabaseTest, TheLockIsFreeWhenItsSessionIsGone) {
  auto other = connect(spec);
  other->try_lock();
  const bool was_taken = database->try_lock().has_value();

  other.reset();

  EXPECT_TRUE(was_taken);
  // A server may need a moment to notice.
  for (int i = 0; i < 10'000 && database->try_lock().has_value(); ++i) {
  }
  EXPECT_FALSE(database->try_lock().has_value());
}

TEST_P(DatabaseTest, ARevisionIsThereWhenItIsCommitted) {
  run_revision("CREATE TABLE t (a integer);\nINSERT INTO t VALUES (1);");

  EXPECT_EQ(only_value(*database, "SELECT count(*) FROM t"), "1");
}

TEST_P(DatabaseTest, ARevisionThatEndsWithoutACommitLeavesNothing) {
  database->begin_revision(true);
  database->run_revision_statement({"CREATE TABLE t (a integer)", 1, false});
  database->end_revision();

  EXPECT_FALSE(database->table_exists("", "t"));
}

TEST_P(DatabaseTest, AfterAFailedRevisionTheSessionGoesOn) {
  database->begin_revision(true);
  EXPECT_THROW(database->run_revision_statement({"CREATE NONSENSE", 1, false}), Error);
  database->end_revision();

  run_revision("CREATE TABLE t (a integer)");

  EXPECT_TRUE(database->table_exists("", "t"));
}

TEST_P(DatabaseTest, AFailedStatementOfARevisionSaysItsLine) {
  database->begin_revision(true);
  const Error error = error_of([&] {
    database->run_revision_statement({"CREATE TABLE t (\n  a integer,\n  b +)", 10, false});
  });
  database->end_revision();

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.place().line, 12);
}

TEST_P(DatabaseTest, RevisionsOutsideATransactionKeepWhatTheyDidBefore) {
  database->begin_revision(false);
  database->run_revision_statement({"CREATE TABLE t (a integer)", 1, false});
  EXPECT_THROW(database->run_revision_statement({"CREATE NONSENSE", 2, false}), Error);
  database->end_revision();

  EXPECT_TRUE(database->table_exists("", "t"));
}

TEST_P(DatabaseTest, WrittenCountsRowsAndNamesTheirTables) {
  database->execute("CREATE TABLE t (a integer)");

  Transaction transaction(*database);
  const auto before = database->written();
  database->execute("INSERT INTO t VALUES (1), (2)");
  const auto after = database->written();

  EXPECT_EQ(after.rows - before.rows, 2);
  EXPECT_THAT(after.tables, testing::Contains(testing::ContainsRegex("\\bt\\b")));
}

TEST_P(DatabaseTest, WrittenNamesTablesAsSqlAndNoneThatEndWithTheSession) {
  database->execute("CREATE TABLE \"a.b\" (a integer); CREATE TEMP TABLE passing (a integer)");

  Transaction transaction(*database);
  database->execute("INSERT INTO \"a.b\" VALUES (1); INSERT INTO passing VALUES (1)");
  const auto written = database->written();

  ASSERT_EQ(written.tables.size(), 1U);
  EXPECT_EQ(only_value(*database, "SELECT count(*) FROM " + written.tables[0]), "1");
}

TEST_P(DatabaseTest, TemporaryTablesCanBeForgottenAndMadeAgain) {
  Transaction transaction(*database);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NO_THROW(database->execute("CREATE TEMP TABLE passing (a integer)"));
    database->forget_temporary();
  }
}

TEST_P(DatabaseTest, TheDialectsTimestampReadsBackAsUtcText) {
  const Dialect& dialect = database->dialect();
  database->execute("CREATE TABLE t (at " + dialect.timestamp_type + ")");
  database->execute("INSERT INTO t VALUES (" + dialect.now + ")");
  std::string text = dialect.timestamp_text;
  if (const size_t at = text.find("{}"); at != std::string::npos) text.replace(at, 2, "at");

  EXPECT_THAT(only_value(*database, "SELECT " + text + " FROM t"),
              testing::MatchesRegex("20[0-9-]+T[0-9:]+Z"));
}

TEST_P(DatabaseTest, ATableIsDescribedWithItsKeysAndReferences) {
  database->execute(
      "CREATE TABLE parent (id integer PRIMARY KEY);"
      "CREATE TABLE child (id integer PRIMARY KEY, code varchar(9) NOT NULL UNIQUE,"
      " parent integer REFERENCES parent (id), n integer DEFAULT 3)");

  const auto shape = database->describe_table("", "child");

  ASSERT_TRUE(shape.has_value());
  EXPECT_EQ(shape->name, "child");
  ASSERT_EQ(shape->columns.size(), 4U);
  EXPECT_EQ(shape->columns[1].name, "code");
  EXPECT_TRUE(shape->columns[1].not_null);
  EXPECT_FALSE(shape->columns[2].not_null);
  EXPECT_TRUE(shape->columns[3].has_default);
  EXPECT_THAT(shape->unique_keys,
              ElementsAre(std::vector<std::string>{"id"}, std::vector<std::string>{"code"}));
  EXPECT_THAT(shape->references, ElementsAre(testing::EndsWith("parent")));
}

TEST_P(DatabaseTest, ATableThatIsNotThereHasNoShape) {
  EXPECT_FALSE(database->describe_table("", "missing").has_value());
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& the_case) { return the_case.param; });

}  // namespace
}  // namespace provision
