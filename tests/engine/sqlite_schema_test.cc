// What is read of a SQLite schema: cases as data, held against what SQLite says of it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "tests/engine/engine_fixture.h"
#include "tests/engine/sqlite_schema_cases.h"

namespace provision::sqlite {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::as_line;
using tests::Case;
using tests::cases;
using tests::database_of;
using tests::snapshot_of;

std::string differences(SQLite::Database& from, SQLite::Database& to) {
  SqliteSchemaReader reader(to, {});
  const SchemaSnapshot actual = reader.snapshot();
  std::string lines;
  for (const Difference& difference :
       described(difference(snapshot_of(from), actual, [&](const auto&one, const auto&other) {
         return reader.equivalent(one, other);
       }))) {
    lines += as_line(difference);
  }
  return lines;
}

TEST(SqliteSchema, DiffersInWhatTheCasesSay) {
  const std::vector<Case> all = cases();
  for (const Case& one : all) {
    SQLite::Database from = database_of(one.from);
    SQLite::Database to = database_of(one.to);

    EXPECT_EQ(differences(from, to), one.expected) << one.name;
  }
  EXPECT_GT(all.size(), 100U);
}

/// Each table's columns as the reader and as SQLite's own functions have them, one a line.
std::string columns_by_text(const SchemaSnapshot& snapshot) {
  std::string lines;
  for (const SchemaObject& table : snapshot.objects) {
    if (table.id.kind != ObjectKind::table) continue;
    for (const std::string_view name : lines_of(table.field("column order"))) {
      const ObjectId id{ObjectKind::column, {}, table.id.name, std::string(name)};
      const auto column = std::find_if(snapshot.objects.begin(), snapshot.objects.end(),
                                       [&](const SchemaObject& one) { return one.id == id; });
      if (column == snapshot.objects.end()) return "no " + to_string(id);
      std::string type(column->field("type"));
      std::erase(type, ' ');
      lines += fmt::format("{}.{} {} generated {}\n", table.id.name, name, type,
                           column->field("generated").empty() ? "no" : "yes");
    }
  }
  return lines;
}

std::string columns_by_pragma(SQLite::Database& database) {
  std::string lines;
  for (const Row& row :
       query(
           database,
           "SELECT lower(m.name), lower(x.name), upper(replace(x.type, ' ', '')), x.hidden "
           "FROM sqlite_schema m JOIN pragma_table_list l ON l.name = m.name AND l.type = 'table' "
           "JOIN pragma_table_xinfo(m.name) x WHERE m.name NOT LIKE 'sqlite%' "
           "AND m.name NOT LIKE '\\_provision%' ESCAPE '\\' ORDER BY 1, x.cid")
           .rows) {
    lines += fmt::format("{}.{} {} generated {}\n", *row[0], *row[1], *row[2],
                         *row[3] == "0" ? "no" : "yes");
  }
  return lines;
}

TEST(SqliteSchema, TextsSayOfColumnsWhatSqliteSays) {
  for (const Case& one : cases()) {
    for (const std::string& sql : {one.from, one.to}) {
      SQLite::Database database = database_of(sql);

      EXPECT_EQ(columns_by_text(snapshot_of(database)), columns_by_pragma(database)) << one.name;
    }
  }
}

std::string keys_by_text(const SchemaSnapshot& snapshot) {
  std::map<std::string, int> tables;
  for (const SchemaObject& object : snapshot.objects) {
    if (object.id.kind == ObjectKind::foreign_key) ++tables["foreign keys of " + object.id.table];
    if (object.id.kind == ObjectKind::index) ++tables["indexes of " + object.id.table];
    if (object.id.kind == ObjectKind::primary_key) {
      const std::string_view columns = object.field("columns");
      tables["key columns of " + object.id.table] +=
          1 + static_cast<int>(std::count(columns.begin(), columns.end(), ','));
    }
  }
  return testing::PrintToString(tables);
}

std::string keys_by_pragma(SQLite::Database& database) {
  const std::string tables =
      "FROM sqlite_schema m JOIN pragma_table_list l ON l.name = m.name AND l.type = 'table' ";
  const std::string user =
      "WHERE m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_provision%' ESCAPE '\\' ";
  std::map<std::string, int> counts;
  for (const Row& row :
       query(database, "SELECT 'foreign keys of ' || lower(m.name), count(DISTINCT f.id) " +
                           tables + "JOIN pragma_foreign_key_list(m.name) f " + user +
                           "GROUP BY 1 UNION ALL "
                           "SELECT 'indexes of ' || lower(m.name), count(*) " +
                           tables + "JOIN pragma_index_list(m.name) i " + user +
                           "AND i.origin = 'c' GROUP BY 1 UNION ALL "
                           "SELECT 'key columns of ' || lower(m.name), count(*) " +
                           tables + "JOIN pragma_table_xinfo(m.name) x " + user +
                           "AND x.pk > 0 GROUP BY 1")
           .rows) {
    counts[*row[0]] = std::stoi(*row[1]);
  }
  return testing::PrintToString(counts);
}

TEST(SqliteSchema, TextsSayOfKeysAndIndexesWhatSqliteSays) {
  for (const Case& one : cases()) {
    for (const std::string& sql : {one.from, one.to}) {
      SQLite::Database database = database_of(sql);

      EXPECT_EQ(keys_by_text(snapshot_of(database)), keys_by_pragma(database)) << one.name;
    }
  }
}

TEST(SqliteSchema, ATextThatNobodyReadsIsComparedAsText) {
  SQLite::Database database = database_of(
      "CREATE TABLE t (a); PRAGMA writable_schema = on;"
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a) WITH  \"x\" /* odd */'");

  const SchemaSnapshot snapshot = snapshot_of(database);

  ASSERT_EQ(snapshot.objects.size(), 2U);
  EXPECT_EQ(snapshot.objects[1].field("definition"), "create table t(a) with x");
}

TEST(SqliteSchema, RowsOfNoKnownKindAreCounted) {
  SQLite::Database database = database_of(
      "PRAGMA writable_schema = on; INSERT INTO sqlite_schema VALUES ('gadget', 'g', 'g', 0, 'x')");

  EXPECT_THAT(snapshot_of(database).not_compared,
              ElementsAre(NotCompared{"schema row of type 'gadget'", 1}));
}

TEST(SqliteSchema, TablesOfBookkeepingAreLeftOutWithAllThatTheyHave) {
  SQLite::Database database = database_of(
      "CREATE TABLE Alembic_Version (v PRIMARY KEY); CREATE INDEX i ON alembic_version (v);"
      "CREATE TRIGGER r AFTER INSERT ON alembic_version BEGIN SELECT 1; END;"
      "CREATE TABLE goose (v)");

  const SchemaSnapshot snapshot =
      SqliteSchemaReader(database, {.left_out = {"alembic_version", "main.Goose"}}).snapshot();

  ASSERT_EQ(snapshot.objects.size(), 1U);
  EXPECT_EQ(snapshot.objects[0].id.kind, ObjectKind::database);
}

class SqliteSession : public EngineTest {};

TEST_P(SqliteSession, ReadsASchemaItMayOnlyRead) {
  const DatabaseSpec spec = new_database();
  connect(spec)->execute("CREATE TABLE t (a)");
  const auto session = connect(spec, Access::read);
  const auto reader = session->schema_reader({});

  EXPECT_EQ(reader->snapshot().objects.size(), 3U);
  EXPECT_THAT(reader->changes(), IsEmpty());
}

TEST_P(SqliteSession, SeesTheSteps) {
  const auto session = connect(new_database());
  const auto reader = session->schema_reader({});
  reader->changes();

  session->begin_revision(true);
  session->run_revision_statement({.text = "CREATE TABLE t (a)"});
  EXPECT_EQ(reader->changes().size(), 2U);
  session->commit();
  session->end_revision();

  EXPECT_THAT(reader->changes(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteSession, testing::Values("sqlite"));

}  // namespace
}  // namespace provision::sqlite
