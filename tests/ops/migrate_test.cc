#include "provision/ops/migrate.h"

#include <gmock/gmock.h>

#include "provision/ops/stamp.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MigrateTest : public WorkspaceTest {
 protected:
  void create_at(const std::string& target) { create(workspace(), {.target = target}); }
};
INSTANTIATE_TEST_SUITE_P(Engines, MigrateTest, testing::Values("sqlite", "postgresql"));

TEST_P(MigrateTest, ARevisionThatFailsHalfWayLeavesNothingBehindAndThoseBeforeItStay) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  write_revision("a2", "a1", "CREATE TABLE b (id integer);\nINSERT INTO nowhere VALUES (1);",
                 "DROP TABLE b;");
  create(workspace(), {.empty = true});

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.place().text(), "migrations/a2_x.sql:7");
  EXPECT_THAT(error.message(), HasSubstr("is at 'a1'"));
  EXPECT_THAT(error.message(), HasSubstr("nothing of 'a2' was kept"));
  EXPECT_FALSE(has_table("b"));
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
}

TEST_P(MigrateTest, ADowngradeUndoesTheSchemaAndTheRecordOfIt) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create_at("heads");

  downgrade(workspace(), {.target = "base"});

  EXPECT_FALSE(has_table("a"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

TEST_P(MigrateTest, ADowngradeThatMeetsAnIrreversibleRevisionChangesNothing) {
  write_file(spec_.migrations / "a1_x.sql",
             "-- revision: a1\n-- parents: base\n-- message: m\n-- irreversible: data is gone\n"
             "-- provision:up\nCREATE TABLE a (id integer);\n");
  write_revision("a2", "a1", "CREATE TABLE b (id integer);", "DROP TABLE b;");
  create_at("heads");

  const Error error = error_of([&] { downgrade(workspace(), {.target = "base"}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("irreversible: data is gone"));
  EXPECT_THAT(applied_ids(), ElementsAre("a1", "a2"));
}

TEST_P(MigrateTest, ADryRunLeavesTheDatabaseAsItWas) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create(workspace(), {.empty = true});

  const Report report = upgrade(workspace(), {.target = "heads", .dry_run = true});

  EXPECT_EQ(report.tables.front().rows.size(), 1U);
  EXPECT_FALSE(has_table("a"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

TEST_P(MigrateTest, AnEditedAppliedRevisionStopsTheRunAndShowsTheDifference) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create_at("heads");
  write_revision("a1", "base", "CREATE TABLE a (id bigint);", "DROP TABLE a;");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("-CREATE TABLE a (id integer);"));
  EXPECT_THAT(error.message(), HasSubstr("+CREATE TABLE a (id bigint);"));
}

TEST_P(MigrateTest, AnEditThatIsAcceptedNoLongerStopsTheRun) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create_at("heads");
  write_revision("a1", "base", "CREATE TABLE a (id integer); -- said better", "DROP TABLE a;");

  stamp(workspace(), {.accept = true});

  EXPECT_NO_THROW(upgrade(workspace(), {.target = "heads"}));
}

TEST_P(MigrateTest, ARevisionThatNoFileHasIsNamedAndCanBePurged) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create_at("heads");
  std::filesystem::remove(spec_.migrations / "a1_x.sql");
  write_revision("b1", "base", "CREATE TABLE b (id integer);", "DROP TABLE b;");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });
  EXPECT_THAT(error.message(), HasSubstr("'a1'"));

  stamp(workspace(), {.targets = {"base"}, .purge = true});
  upgrade(workspace(), {.target = "heads"});
  EXPECT_THAT(applied_ids(), ElementsAre("b1"));
}

TEST_P(MigrateTest, ATransactionOffRevisionGoesOnAfterTheStatementThatFailed) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);\nINSERT INTO later VALUES (1);",
                 "DROP TABLE a;", "-- transaction: off");
  create(workspace(), {.empty = true});
  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });
  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_TRUE(has_table("a"));
  EXPECT_THAT(applied_ids(), IsEmpty());

  run("CREATE TABLE later (id integer)");
  upgrade(workspace(), {.target = "heads"});

  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  EXPECT_EQ(value("SELECT count(*) FROM later"), "1");
}

TEST_P(MigrateTest, AnAnswerThatNothingAskedForIsRefused) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create(workspace(), {.empty = true});

  const Error error =
      error_of([&] { upgrade(workspace(), {.target = "heads", .resume = Resume::done}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("no statement is in doubt"));
  EXPECT_FALSE(has_table("a"));
}

TEST_P(MigrateTest, ARangeIsForSqlOnly) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create(workspace(), {.empty = true});

  const Error error = error_of([&] { upgrade(workspace(), {.target = "base:head"}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("'base:head' is a range"));
}

TEST_P(MigrateTest, TheSqlFromTheBaseRunsOnADatabaseThatProvisionMade) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create(workspace(), {.empty = true});

  run(migration_sql(workspace(), Direction::up, {.target = "base:head"}).body);

  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  EXPECT_EQ(State(*connect(spec_, Access::read)).identity()->created, true);
}

class PostgresqlMigrateTest : public MigrateTest {};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlMigrateTest, testing::Values("postgresql"));

TEST_P(PostgresqlMigrateTest, ARevisionThatGoesOnHasTheSettingsThatItMadeBefore) {
  write_revision("a1", "base",
                 "CREATE SCHEMA apart;\nSET search_path = apart;\nINSERT INTO later VALUES (1);\n"
                 "CREATE TABLE a (id integer);",
                 "DROP SCHEMA apart CASCADE;", "-- transaction: off");
  create(workspace(), {.empty = true});
  error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  run("CREATE TABLE apart.later (id integer)");
  upgrade(workspace(), {.target = "heads"});

  EXPECT_EQ(value("SELECT to_regclass('apart.a') IS NOT NULL"), "t");
}

TEST_P(MigrateTest, AnInterruptedRevisionMustBeFinishedBeforeGoingDown) {
  write_revision("a0", "base", "CREATE TABLE z (id integer);", "DROP TABLE z;");
  write_revision("a1", "a0", "CREATE TABLE a (id integer);\nINSERT INTO later VALUES (1);",
                 "DROP TABLE a;", "-- transaction: off");
  create_at("a0");
  error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  const Error error = error_of([&] { downgrade(workspace(), {.target = "base"}); });

  EXPECT_THAT(error.message(), HasSubstr("interrupted half way"));
}

TEST_P(MigrateTest, TextThatWouldEndTheTransactionIsRefusedAtItsLine) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);\nCOMMIT;", "DROP TABLE a;");
  create(workspace(), {.empty = true});

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.place().text(), "migrations/a1_x.sql:7");
  EXPECT_FALSE(has_table("a"));
}

TEST_P(MigrateTest, TwoHeadsWhereOneIsNeededAreNamed) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  write_revision("b1", "base", "CREATE TABLE b (id integer);", "DROP TABLE b;");
  create(workspace(), {.empty = true});

  const Error error = error_of([&] { upgrade(workspace(), {.target = "head"}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message() + error.hint(), HasSubstr("a1"));
  EXPECT_THAT(error.message() + error.hint(), HasSubstr("b1"));
}

TEST_P(MigrateTest, ARunWaitsForTheOneThatHoldsTheLockAndSaysWhoThatIs) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create(workspace(), {.empty = true});
  const auto other = connect(spec_);
  ASSERT_FALSE(other->try_lock());
  Workspace impatient = workspace();
  impatient.lock_timeout = std::chrono::milliseconds(60);

  const Error error = error_of([&] { upgrade(impatient, {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("provision test (me@here, process 1)"));
  EXPECT_THAT(applied_ids(), IsEmpty());
}

class SqliteMigrateTest : public MigrateTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteMigrateTest, testing::Values("sqlite"));

constexpr const char* kFamily =
    "CREATE TABLE parent (id integer PRIMARY KEY);\n"
    "CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent ON DELETE "
    "CASCADE);\n"
    "INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (10, 1);";

TEST_P(SqliteMigrateTest, RebuildingATableKeepsTheRowsThatReferToIt) {
  write_revision("a1", "base", kFamily, "DROP TABLE child;\nDROP TABLE parent;");
  write_revision("a2", "a1",
                 "PRAGMA foreign_keys = off;\n"
                 "CREATE TABLE parent_new (id integer PRIMARY KEY, name text);\n"
                 "INSERT INTO parent_new SELECT id, NULL FROM parent;\n"
                 "DROP TABLE parent;\nALTER TABLE parent_new RENAME TO parent;",
                 "ALTER TABLE parent DROP COLUMN name;");

  create_at("heads");

  EXPECT_EQ(value("SELECT count(*) FROM child"), "1");
}

TEST_P(SqliteMigrateTest, ARevisionThatBreaksAForeignKeyIsRefused) {
  write_revision("a1", "base", kFamily, "DROP TABLE child;\nDROP TABLE parent;");
  write_revision("a2", "a1", "DELETE FROM parent;", "INSERT INTO parent VALUES (1);");
  create_at("a1");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_THAT(error.message(), HasSubstr("1 row of table 'child' would refer to nothing"));
  EXPECT_EQ(value("SELECT count(*) FROM parent"), "1");
}

TEST_P(SqliteMigrateTest, RowsThatWereBrokenBeforeDoNotStopARevision) {
  write_revision("a1", "base", kFamily, "DROP TABLE child;\nDROP TABLE parent;");
  write_revision("a2", "a1", "UPDATE child SET id = id + 1;", "UPDATE child SET id = id - 1;");
  create_at("a1");
  run("PRAGMA foreign_keys = off; DELETE FROM parent");

  EXPECT_NO_THROW(upgrade(workspace(), {.target = "heads"}));
}

TEST_P(SqliteMigrateTest, AConflictClauseThatRollsBackIsNoticed) {
  write_revision("a1", "base",
                 "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);",
                 "DROP TABLE a;");
  write_revision("a2", "a1", "CREATE TABLE b (id integer);\nINSERT OR ROLLBACK INTO a VALUES (1);",
                 "DROP TABLE b;");
  create_at("a1");

  error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_FALSE(has_table("b"));
  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
}

struct ForbiddenText {
  std::string name;
  std::string sql;
  std::string said;
};

const std::vector<ForbiddenText> kForbidden = {
    {"WritesToOurState", "DELETE FROM _provision_applied;", "provision's own"},
    {"TriggerOnOurState",
     "CREATE TRIGGER t AFTER INSERT ON _provision_applied BEGIN SELECT 1; END;", "provision's own"},
    {"Attach", "ATTACH 'other.db' AS other;", "attach"},
    {"JournalMode", "PRAGMA journal_mode = delete;", "inside a transaction"},
    {"WritableSchema", "PRAGMA writable_schema = on;", "writable_schema"},
    {"Savepoint", "SAVEPOINT s;", "savepoint"},
};

TEST_P(SqliteMigrateTest, TextThatReachesBeyondItsTransactionIsRefused) {
  write_revision("a1", "base", "CREATE TABLE a (id integer);", "DROP TABLE a;");
  create_at("heads");
  for (const ForbiddenText& forbidden : kForbidden) {
    SCOPED_TRACE(forbidden.name);
    write_revision("a2", "a1", forbidden.sql, "SELECT 1;");

    const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

    EXPECT_THAT(error.message(), HasSubstr(forbidden.said));
    EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  }
}

}  // namespace
}  // namespace provision
