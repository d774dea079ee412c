// What is read of a SQLite schema: cases as data, held against what SQLite says of it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <map>
#include <random>

#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/engine/sqlite/schema_reader.h"
#include "provision/engine/sqlite/split.h"
#include "provision/model/schema_difference.h"
#include "tests/engine/engine_fixture.h"

namespace provision::sqlite {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::string from;
  std::string to;
  std::string expected;
};

std::vector<Case> cases() {
  std::vector<Case> found;
  std::string* part = nullptr;
  const std::string text = read_text(PROVISION_SOURCE_DIR "/tests/engine/cases/sqlite_schema.txt");
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("=== ")) {
      found.push_back({.name = std::string(line.substr(4)), .from = {}, .to = {}, .expected = {}});
      part = &found.back().from;
    } else if (line == "--- to") {
      part = &found.back().to;
    } else if (line == "--- expect") {
      part = &found.back().expected;
    } else if (part != nullptr) {
      *part += std::string(line) + "\n";
    }
  }
  return found;
}

SQLite::Database database_of(const std::string& sql) {
  SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  execute(database, sql);
  return database;
}

SchemaSnapshot snapshot_of(SQLite::Database& database) {
  return SqliteSchemaReader(database, {}).snapshot();
}

std::string as_line(const Difference& difference) {
  std::string line = difference.type + " " + difference.object;
  if (!difference.attribute.empty()) line += " " + difference.attribute;
  if (!difference.expected.empty() || !difference.actual.empty()) {
    line += fmt::format(": {} -> {}", difference.expected, difference.actual);
  }
  if (difference.difference_class != "structure") line += " (" + difference.difference_class + ")";
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line + "\n";
}

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

/// A schema that is kept up to date by the changes of a reader.
class Followed {
 public:
  explicit Followed(SQLite::Database& database) : database_(database), reader_(database, {}) {}

  void expect_to_be_up_to_date(const std::string& after) {
    for (const ObjectChange& change : reader_.changes()) apply(change, after);
    std::vector<SchemaObject> objects;
    for (const auto& [unused, object] : objects_) objects.push_back(object);
    const SchemaSnapshot whole = snapshot_of(database_);
    if (objects == whole.objects) return;
    ADD_FAILURE() << after << ": the changes do not add up: "
                  << testing::PrintToString(lines({.objects = objects}, whole));
  }

 private:
  static std::vector<std::string> lines(const SchemaSnapshot& expected,
                                        const SchemaSnapshot& actual) {
    std::vector<std::string> lines;
    for (const Difference& one : described(difference(expected, actual))) {
      lines.push_back(as_line(one));
    }
    return lines;
  }

  void apply(const ObjectChange& change, const std::string& after) {
    const ObjectId& id = change.before ? change.before->id : change.after->id;
    const auto known = objects_.find(id);
    EXPECT_EQ(known != objects_.end(), change.before.has_value()) << after << ": " << to_string(id);
    if (known != objects_.end() && change.before) EXPECT_EQ(known->second, *change.before);
    objects_.erase(id);
    if (change.after) objects_.emplace(id, *change.after);
  }

  SQLite::Database& database_;
  SqliteSchemaReader reader_;
  std::map<ObjectId, SchemaObject> objects_;
};

/// Runs `sql` if SQLite takes it.
void try_to_run(SQLite::Database& database, const std::string& sql) {
  sqlite3_exec(database.getHandle(), sql.c_str(), nullptr, nullptr, nullptr);
}

TEST(SqliteSchema, ChangesOfEveryStatementAddUpToTheWhole) {
  for (const Case& one : cases()) {
    SQLite::Database database = database_of("");
    Followed followed(database);
    for (const Statement& statement : split(one.from + one.to)) {
      try_to_run(database, statement.text);
      followed.expect_to_be_up_to_date(one.name + ": " + statement.text);
    }
  }
}

/// Statements of every kind about a few names, so that they meet; many are refused.
class RandomStatements {
 public:
  explicit RandomStatements(unsigned seed) : random_(seed) {}

  std::string next() {
    const std::string table = "t" + number(4);
    const std::string column = "c" + number(4);
    const std::string other = "t" + number(4);
    const std::vector<std::string> all = {
        fmt::format("CREATE TABLE {} (c0 INTEGER PRIMARY KEY, {} TEXT REFERENCES {})", table,
                    column, other),
        fmt::format("CREATE TABLE {} ({} INT UNIQUE, x CHECK (x > {}), PRIMARY KEY (x, {}))", table,
                    column, number(9), column),
        fmt::format("DROP TABLE {}", table),
        fmt::format("ALTER TABLE {} RENAME TO {}", table, other),
        fmt::format("ALTER TABLE {} RENAME {} TO c{}", table, column, number(4)),
        fmt::format("ALTER TABLE {} ADD {} INT REFERENCES {}", table, column, other),
        fmt::format("ALTER TABLE {} DROP {}", table, column),
        fmt::format("CREATE INDEX i{} ON {} ({}, c0 DESC) WHERE \"c2\" > 0", number(5), table,
                    column),
        fmt::format("DROP INDEX i{}", number(5)),
        fmt::format("CREATE VIEW v{} AS SELECT {} FROM {}", number(3), column, table),
        fmt::format("DROP VIEW v{}", number(3)),
        fmt::format("CREATE TRIGGER r{} AFTER INSERT ON {} BEGIN DELETE FROM {}; END", number(4),
                    table, other),
        fmt::format("DROP TRIGGER r{}", number(4)),
        fmt::format("CREATE VIRTUAL TABLE {} USING fts5({})", table, column),
        fmt::format("CREATE TABLE {}_data (a REFERENCES {})", table, other),
        fmt::format("PRAGMA user_version = {}", number(9)),
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT s",
        "ROLLBACK TO s",
        "RELEASE s",
        "VACUUM",
    };
    return all[random_() % all.size()];
  }

 private:
  std::string number(unsigned below) { return std::to_string(random_() % below); }

  std::mt19937 random_;
};

TEST(SqliteSchema, ChangesOfRandomStatementsAddUpToTheWhole) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    SQLite::Database database = database_of("");
    Followed followed(database);
    RandomStatements statements(seed);
    for (int i = 0; i < 250; ++i) {
      const std::string statement = statements.next();
      try_to_run(database, statement);
      followed.expect_to_be_up_to_date(fmt::format("seed {}, {}: {}", seed, i, statement));
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(SqliteSchema, WhatWasRolledBackIsSeenAlthoughTheVersionComesAgain) {
  SQLite::Database database = database_of("CREATE TABLE t (a)");
  SqliteSchemaReader reader(database, {});
  reader.changes();
  execute(database, "BEGIN; CREATE TABLE u (a)");
  EXPECT_EQ(reader.changes().size(), 2U);

  execute(database, "ROLLBACK; BEGIN; CREATE VIEW v AS SELECT 1");

  const SchemaChanges changes = reader.changes();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(to_string(changes[0].before->id), "table u");
  EXPECT_EQ(to_string(changes[1].after->id), "view v");
}

TEST(SqliteSchema, NothingChangedIsNoChange) {
  SQLite::Database database = database_of("CREATE TABLE t (a)");
  SqliteSchemaReader reader(database, {});
  EXPECT_EQ(reader.changes().size(), 3U);

  execute(database, "INSERT INTO t VALUES (1); CREATE TABLE u (a); DROP TABLE u");

  EXPECT_THAT(reader.changes(), IsEmpty());
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
