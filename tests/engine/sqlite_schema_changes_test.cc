// What changed since the last look is what the whole differs in.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <map>
#include <random>

#include "provision/engine/sqlite/split.h"
#include "tests/engine/sqlite_schema_cases.h"

namespace provision::sqlite {
namespace {

using testing::IsEmpty;
using tests::as_line;
using tests::Case;
using tests::cases;
using tests::database_of;
using tests::snapshot_of;

/// A schema that is kept up to date by the changes of a reader.
class Followed {
 public:
  explicit Followed(SQLite::Database& database) : database_(database), reader_(database, {}) {}

  void expect_to_be_up_to_date(const std::string& after) {
    for (const ObjectChange& change : reader_.changes()) apply(change, after);
    SchemaSnapshot followed;
    for (const auto& [unused, object] : objects_) followed.objects.push_back(object);
    const SchemaSnapshot whole = snapshot_of(database_);
    if (followed.objects == whole.objects) return;
    ADD_FAILURE() << after << ": the changes do not add up: "
                  << testing::PrintToString(lines(followed, whole));
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
    if (known != objects_.end() && change.before) {
      EXPECT_EQ(known->second, *change.before);
    }
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

TEST(SqliteSchemaChanges, OfEveryStatementAddUpToTheWhole) {
  for (const Case& one : cases()) {
    SQLite::Database database = database_of("");
    Followed followed(database);
    for (const Statement& statement : split(one.from + one.to)) {
      try_to_run(database, statement.text);
      followed.expect_to_be_up_to_date(one.name + ": " + statement.text);
    }
  }
}

// Rows whose own text stays as it is.
TEST(SqliteSchemaChanges, OfWhatMeansSomethingElseThoughNobodyWroteIt) {
  const std::vector<std::string> scripts = {
      // A string in double quotes becomes a column.
      "CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE \"b\" > 0; ALTER TABLE t ADD b",
      // What a foreign key without columns refers to.
      "CREATE TABLE c (x REFERENCES p); CREATE TABLE p (k, PRIMARY KEY (k)); DROP TABLE p",
      // A table that is a virtual one's as long as there is one of that name.
      "CREATE TABLE f_docsize (a); CREATE INDEX i ON f_docsize (a);"
      "CREATE VIRTUAL TABLE f USING fts5(b, columnsize = 0); DROP TABLE f",
  };
  for (const std::string& script : scripts) {
    SQLite::Database database = database_of("");
    Followed followed(database);
    for (const Statement& statement : split(script)) {
      execute(database, statement.text);
      followed.expect_to_be_up_to_date(statement.text);
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

TEST(SqliteSchemaChanges, OfRandomStatementsAddUpToTheWhole) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    SQLite::Database database = database_of("");
    Followed followed(database);
    RandomStatements statements(seed);
    for (int i = 0; i < 150; ++i) {
      const std::string statement = statements.next();
      try_to_run(database, statement);
      followed.expect_to_be_up_to_date(fmt::format("seed {}, {}: {}", seed, i, statement));
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(SqliteSchemaChanges, WhatWasRolledBackIsSeenAlthoughTheVersionComesAgain) {
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

TEST(SqliteSchemaChanges, NothingChangedIsNoChange) {
  SQLite::Database database = database_of("CREATE TABLE t (a)");
  SqliteSchemaReader reader(database, {});
  EXPECT_EQ(reader.changes().size(), 3U);

  execute(database, "INSERT INTO t VALUES (1); CREATE TABLE u (a); DROP TABLE u");

  EXPECT_THAT(reader.changes(), IsEmpty());
}

}  // namespace
}  // namespace provision::sqlite
