// What only the PostgreSQL engine has: its servers, its lost connections, its catalog.
#include <gmock/gmock.h>

#include <future>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;
using testing::Not;

class PostgresqlTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
  }

  std::string backend() { return only_value(*database, "SELECT pg_backend_pid()"); }

  /// Ends the session of `database` and waits until it is gone.
  void end_session() {
    auto other = connect(spec);
    const std::string pid = backend();
    other->query("SELECT pg_terminate_backend(" + pid + ", 10000)");
  }

  /// One statement of a revision outside a transaction, and the record of it as the owner.
  void run_with_record(const std::string& text) {
    Transaction transaction(*database);
    database->run_revision_statement({text, 1, false});
    EXPECT_EQ(only_value(*database, "SELECT current_user"), "postgres");
    database->check_revision();
    transaction.commit();
  }

  DatabaseSpec spec;
  std::unique_ptr<Database> database;
};

TEST_P(PostgresqlTest, ASessionThatWasEndedIsNotReplacedSilently) {
  database->try_lock();
  end_session();

  for (int i = 0; i < 4; ++i) {
    const Error error = error_of([&] { database->execute("SELECT 1"); });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.message(), HasSubstr("was lost"));
  }
}

TEST_P(PostgresqlTest, ACommitOnALostConnectionIsConfirmedNotDone) {
  database->begin_revision(true);
  database->run_revision_statement({"CREATE TABLE t (a integer)", 1, false});
  end_session();

  const Error error = error_of([&] { database->commit(); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("nothing was committed"));
  EXPECT_FALSE(connect(spec)->table_exists("", "t"));
}

TEST_P(PostgresqlTest, ACommitInsideARevisionIsFoundBeforeTheEnd) {
  database->begin_revision(true);

  // A statement that `split` refuses; here it stands for what it cannot see.
  database->run_revision_statement({"COMMIT", 1, false});
  const Error error = error_of([&] { database->check_revision(); });
  database->end_revision();

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.message(), HasSubstr("ended its transaction"));
}

TEST_P(PostgresqlTest, WhatFollowsACommitInsideARevisionIsNotCommitted) {
  database->begin_revision(true);
  database->run_revision_statement({"COMMIT", 1, false});
  database->run_revision_statement({"BEGIN", 1, false});
  database->run_revision_statement({"CREATE TABLE t (a integer)", 1, false});

  const Error error = error_of([&] { database->commit_revision(); });
  database->end_revision();

  EXPECT_THAT(error.message(), HasSubstr("ended its transaction"));
  EXPECT_FALSE(database->table_exists("", "t"));
}

TEST_P(PostgresqlTest, ARevisionThatReleasesTheLockIsRefused) {
  database->try_lock();
  database->begin_revision(true);

  database->run_revision_statement({"SELECT pg_advisory_unlock_all()", 1, false});

  EXPECT_THAT(error_of([&] { database->check_revision(); }).message(), HasSubstr("lock"));
  database->end_revision();
}

TEST_P(PostgresqlTest, TheLockIsKeptByTheCheckOfIt) {
  database->try_lock();
  for (int i = 0; i < 3; ++i) {
    database->begin_revision(true);
    database->check_revision();
    database->commit();
    database->end_revision();
  }

  EXPECT_TRUE(connect(spec)->try_lock().has_value());
}

TEST_P(PostgresqlTest, SettingsOfARevisionDoNotReachTheNext) {
  database->begin_revision(true);
  database->run_revision_statement(
      {"SET lock_timeout = 0; SET search_path = pg_catalog; SET ROLE pg_monitor", 1, false});
  database->check_revision();
  database->commit();
  database->end_revision();

  EXPECT_EQ(only_value(*database, "SHOW lock_timeout"), "5s");
  EXPECT_EQ(only_value(*database, "SHOW search_path"), "\"$user\", public");
  EXPECT_EQ(only_value(*database, "SELECT current_user"), "postgres");
  EXPECT_EQ(only_value(*database, "SHOW client_connection_check_interval"), "1s");
}

TEST_P(PostgresqlTest, SettingsOfARevisionOutsideATransactionDoNotComeBackWithARollback) {
  database->begin_revision(false);
  database->run_revision_statement({"SET search_path = pg_catalog", 1, false});
  database->end_revision();

  database->begin();
  database->rollback();

  EXPECT_EQ(only_value(*database, "SHOW search_path"), "\"$user\", public");
}

TEST_P(PostgresqlTest, SettingsOfARevisionOutsideATransactionHoldForItsNextStatements) {
  database->begin_revision(false);
  run_with_record("SET lock_timeout = '7s'");
  run_with_record("SET search_path = pg_temp");
  run_with_record("SET maintenance_work_mem = '77MB'");
  run_with_record(
      "CREATE TABLE seen AS SELECT current_setting('lock_timeout') || ' ' || "
      "current_setting('search_path') || ' ' || "
      "current_setting('maintenance_work_mem') AS settings");

  EXPECT_EQ(only_value(*database, "SELECT settings FROM pg_temp.seen"), "7s pg_temp 77MB");
  database->end_revision();
  EXPECT_EQ(only_value(*database, "SHOW lock_timeout"), "5s");
  EXPECT_EQ(only_value(*database, "SHOW search_path"), "\"$user\", public");
}

TEST_P(PostgresqlTest, ARoleOfARevisionOutsideATransactionHoldsButForTheRecord) {
  database->execute("CREATE TABLE who (a text); GRANT ALL ON who TO pg_monitor");
  database->begin_revision(false);

  run_with_record("SET LOCAL ROLE pg_monitor");
  run_with_record("SET ROLE pg_monitor");
  for (int i = 0; i < 2; ++i) run_with_record("INSERT INTO who VALUES (current_user)");
  database->run_revision_statement({"VACUUM who", 1, true});
  database->run_revision_statement({"INSERT INTO who VALUES (current_user)", 1, false});
  run_with_record("SET LOCAL ROLE pg_read_all_data");
  run_with_record("RESET ROLE");
  run_with_record("INSERT INTO who VALUES (current_user)");
  run_with_record("SET SESSION AUTHORIZATION pg_monitor");
  run_with_record("INSERT INTO who VALUES (session_user)");
  database->end_revision();

  EXPECT_EQ(only_value(*database, "SELECT string_agg(a, ' ' ORDER BY ctid) FROM who"),
            "pg_monitor pg_monitor pg_monitor postgres pg_monitor");
  EXPECT_EQ(only_value(*database, "SELECT session_user || ' ' || current_user"),
            "postgres postgres");
}

TEST_P(PostgresqlTest, TheDataOfACopyIsHandedOnAsItIs) {
  const auto statements = engine().split(
      "CREATE TABLE t (a integer, b text);\n"
      "COPY t (b, a) FROM stdin;\n\\\\tab\\tline\\n\t1\n\t2\n\\N\t3\n\\.\n"
      "COPY t FROM stdin WITH (FORMAT csv, DELIMITER ';');\n4;\"x,y\"\n\\.\n"
      "COPY t FROM stdin;\n\\.\n",
      Origin::foreign);

  database->begin_revision(true);
  for (const Statement& statement : statements) database->run_revision_statement(statement);
  database->check_revision();
  database->commit();
  database->end_revision();

  EXPECT_EQ(only_value(*database,
                       "SELECT string_agg(a || '=' || coalesce(b, 'NULL'), '|' ORDER BY "
                       "a) FROM t"),
            "1=\\tab\tline\n|2=|3=NULL|4=x,y");
}

TEST_P(PostgresqlTest, ALineOfACopyThatIsRefusedIsSaid) {
  const auto statements = engine().split(
      "CREATE TABLE t (a integer);\n\nCOPY t\n(a) FROM stdin;\n1\n2\nx\n\\.\n", Origin::foreign);
  database->begin_revision(true);
  database->run_revision_statement(statements[0]);

  const Error error = error_of([&] { database->run_revision_statement(statements[1]); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.place().line, 7);
  database->end_revision();
  EXPECT_EQ(only_value(*database, "SELECT 1"), "1");
}

TEST_P(PostgresqlTest, ACopyThatIsRefusedItselfSaysItsOwnLine) {
  const auto statements = engine().split("\nCOPY\n missing FROM stdin;\n1\n\\.\n", Origin::foreign);
  database->begin_revision(true);

  const Error error = error_of([&] { database->run_revision_statement(statements[0]); });

  EXPECT_THAT(error.message(), HasSubstr("missing"));
  EXPECT_LE(error.place().line, 3);
  database->end_revision();
}

TEST_P(PostgresqlTest, AStatementThatNeedsNoTransactionSaysHowToGetNone) {
  database->execute("CREATE TABLE t (a integer)");
  database->begin_revision(true);

  const Error error = error_of([&] {
    database->run_revision_statement({"CREATE INDEX CONCURRENTLY i ON t (a)", 1, true});
  });
  database->end_revision();

  EXPECT_EQ(error.code(), "25001");
  EXPECT_THAT(error.hint(), HasSubstr("-- transaction: off"));
}

TEST_P(PostgresqlTest, AnInvalidIndexOfABrokenAttemptIsRemoved) {
  database->execute("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)");
  const Statement statement = {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", 1, true};
  database->begin_revision(false);
  EXPECT_THROW(database->run_revision_statement(statement), Error);
  database->end_revision();

  EXPECT_EQ(database->inspect_interrupted(statement), Database::Evidence::not_done);
  EXPECT_EQ(only_value(*database, "SELECT to_regclass('i')"), "NULL");

  database->execute("TRUNCATE t");
  database->execute(statement.text);
  EXPECT_EQ(database->inspect_interrupted(statement), Database::Evidence::done);
}

TEST_P(PostgresqlTest, AnIndexWhoseSessionWasKilledHalfwayIsRemoved) {
  database->execute("CREATE TABLE t (a integer)");
  const Statement statement = {"CREATE INDEX CONCURRENTLY i ON t (a)", 1, true};
  auto writer = connect(spec);
  auto killed = connect(spec);
  const std::string pid = only_value(*killed, "SELECT pg_backend_pid()");
  // The build waits for whoever is writing, with its index in the catalog already.
  Transaction writing(*writer);
  writer->execute("INSERT INTO t VALUES (1)");
  std::thread build([&] {
    killed->begin_revision(false);
    EXPECT_THROW(killed->run_revision_statement(statement), Error);
    killed->end_revision();
  });
  for (int i = 0; i < 10'000; ++i) {
    if (only_value(*database, "SELECT to_regclass('i')") == "i") break;
  }
  database->query("SELECT pg_terminate_backend(" + pid + ", 10000)");
  build.join();
  writing.commit();
  ASSERT_EQ(only_value(*database,
                       "SELECT indisvalid FROM pg_index WHERE indexrelid = "
                       "to_regclass('i')"),
            "f");

  EXPECT_EQ(database->inspect_interrupted(statement), Database::Evidence::not_done);
  EXPECT_EQ(only_value(*database, "SELECT to_regclass('i')"), "NULL");
}

TEST_P(PostgresqlTest, WhatTheCatalogCannotTellIsUnclear) {
  EXPECT_EQ(database->inspect_interrupted({"CALL p()", 1, true}), Database::Evidence::unclear);
  EXPECT_EQ(database->inspect_interrupted({"CREATE INDEX CONCURRENTLY ON t (a)", 1, true}),
            Database::Evidence::unclear);
  EXPECT_EQ(database->inspect_interrupted({"VACUUM", 1, true}), Database::Evidence::not_done);
}

TEST_P(PostgresqlTest, WhoFindsNoSessionLeftWaitsForOne) {
  const std::string role = "only_one_" + random_hex(4);
  database->execute("CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 1");
  DatabaseSpec limited = engine().located(spec);
  limited.server = Server::existing;
  limited.location.user = role;
  auto first = engine().connect(limited, {});

  auto second = std::async(std::launch::async, [&] { return engine().connect(limited, {}); });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout);
  first.reset();

  EXPECT_TRUE(second.get());
}

TEST_P(PostgresqlTest, SessionsInTheWayAreNamedAndEndedByForce) {
  const std::string id = database->facts().object_id;

  const Error error = error_of([&] { engine().drop(spec, id, false); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("provision test (me@here, process 1)"));
  EXPECT_TRUE(engine().exists(spec));

  engine().drop(spec, id, true);
  EXPECT_FALSE(engine().exists(spec));
}

TEST_P(PostgresqlTest, SessionsInTheWayOfPublishingMayBeGoneLater) {
  const DatabaseSpec built = engine().beside(spec);
  engine().create(built);
  const std::string id = database->facts().object_id;

  const Error error = error_of([&] { engine().publish(built, spec, id, false); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_EQ(database->facts().object_id, id);
  engine().drop(built, connect(built)->facts().object_id, true);
}

TEST_P(PostgresqlTest, ADatabaseGetsItsExtensionsSettingsAndOwner) {
  database->execute("CREATE ROLE app_owner");
  DatabaseSpec furnished = new_spec();
  furnished.extensions = {"plpgsql"};
  furnished.settings = {{"search_path", "app, public"}, {"work_mem", "8MB"}};
  furnished.owner = "app_owner";

  engine().create(furnished);

  auto session = connect(furnished);
  EXPECT_EQ(only_value(*session, "SHOW search_path"), "app, public");
  EXPECT_EQ(only_value(*session, "SHOW work_mem"), "8MB");
  EXPECT_EQ(only_value(*session,
                       "SELECT pg_get_userbyid(datdba) FROM pg_database "
                       "WHERE datname = current_database()"),
            "app_owner");
}

TEST_P(PostgresqlTest, AMissingExtensionNamesItsPackageAndLeavesNoDatabase) {
  DatabaseSpec wanting = new_spec();
  wanting.extensions = {"surely_not_there"};

  const Error error = error_of([&] { engine().create(wanting); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.hint(), HasSubstr("-surely_not_there"));
  EXPECT_FALSE(engine().exists(wanting));
}

TEST_P(PostgresqlTest, HostileNamesAreNamesAndNothingElse) {
  for (const char* name : {"x' user='nobody' dbname='postgres", "host=evil dbname=q", "a\\'b\"c",
                           "postgresql://evil/db", "Ünï cödé"}) {
    DatabaseSpec hostile = new_spec();
    hostile.location.database = name;

    engine().create(hostile);

    EXPECT_EQ(only_value(*connect(hostile), "SELECT current_database()"), name);
    engine().drop(hostile, connect(hostile)->facts().object_id, true);
  }
}

TEST_P(PostgresqlTest, NoErrorShowsThePassword) {
  DatabaseSpec wrong = engine().located(spec);
  wrong.server = Server::existing;
  wrong.location.password = Secret("canary-7f3a");
  for (const char* host : {"/nonexistent", "127.0.0.1", "bad host"}) {
    wrong.location.host = host;
    wrong.location.port = "1";
    const Error error = error_of([&] { engine().connect(wrong, {}); });

    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("canary")));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlTest, testing::Values("postgresql"),
                         [](const auto& the_case) { return the_case.param; });

}  // namespace
}  // namespace provision
