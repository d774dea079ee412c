// What every engine promises of databases as a whole.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

TEST_P(EngineTest, ADatabaseExistsOnceItIsCreated) {
  const DatabaseSpec spec = new_spec();

  EXPECT_FALSE(engine().exists(spec));
  engine().create(spec);
  EXPECT_TRUE(engine().exists(spec));
}

TEST_P(EngineTest, AskingForADatabaseCreatesNothing) {
  const DatabaseSpec spec = new_spec();

  engine().exists(spec);

  EXPECT_FALSE(engine().exists(spec));
}

TEST_P(EngineTest, ASecondCreateIsRefused) {
  const DatabaseSpec spec = new_database();

  EXPECT_EQ(error_of([&] { engine().create(spec); }).kind(), ErrorKind::refused);
}

TEST_P(EngineTest, ConnectingToWhatDoesNotExistIsUnavailableAndCreatesNothing) {
  const DatabaseSpec spec = new_spec();

  EXPECT_EQ(error_of([&] { connect(spec); }).kind(), ErrorKind::unavailable);
  EXPECT_FALSE(engine().exists(spec));
}

TEST_P(EngineTest, ADroppedDatabaseIsGone) {
  const DatabaseSpec spec = new_database();
  const std::string id = connect(spec)->facts().object_id;

  engine().drop(spec, id, false);

  EXPECT_FALSE(engine().exists(spec));
}

TEST_P(EngineTest, ADatabaseThatIsNotTheInspectedOneIsNotDropped) {
  const DatabaseSpec spec = new_database();

  EXPECT_EQ(error_of([&] { engine().drop(spec, "1:1", false); }).kind(), ErrorKind::refused);
  EXPECT_TRUE(engine().exists(spec));
}

TEST_P(EngineTest, FactsNameTheDatabaseAndItsServer) {
  const DatabaseSpec spec = new_database();

  const ServerFacts facts = connect(spec)->facts(true);

  EXPECT_THAT(spec.location.url(), HasSubstr(facts.database));
  EXPECT_THAT(facts.product, testing::MatchesRegex("[A-Za-z]+ [0-9.]+"));
  EXPECT_FALSE(facts.object_id.empty());
  EXPECT_FALSE(facts.address.empty());
  EXPECT_GE(facts.size, 0);
}

TEST_P(EngineTest, PublishReplacesTheDatabaseByTheOneBuiltBesideIt) {
  const DatabaseSpec spec = new_database();
  connect(spec)->execute("CREATE TABLE old (a integer)");
  const std::string id = connect(spec)->facts().object_id;
  const DatabaseSpec built = engine().beside(spec);
  engine().create(built);
  connect(built)->execute("CREATE TABLE fresh (a integer)");

  engine().publish(built, spec, id, false);

  EXPECT_TRUE(connect(spec)->table_exists("", "fresh"));
  EXPECT_TRUE(connect(built)->table_exists("", "old"));
}

TEST_P(EngineTest, PublishPutsADatabaseWhereThereWasNone) {
  const DatabaseSpec spec = new_spec();
  const DatabaseSpec built = engine().beside(spec);
  engine().create(built);

  engine().publish(built, spec, "", false);

  EXPECT_TRUE(engine().exists(spec));
}

TEST_P(EngineTest, PublishLeavesADatabaseThatIsNotTheInspectedOne) {
  const DatabaseSpec spec = new_database();
  connect(spec)->execute("CREATE TABLE old (a integer)");
  const DatabaseSpec built = engine().beside(spec);
  engine().create(built);

  EXPECT_EQ(error_of([&] { engine().publish(built, spec, "1:1", false); }).kind(),
            ErrorKind::refused);
  EXPECT_TRUE(connect(spec)->table_exists("", "old"));
  EXPECT_TRUE(engine().exists(built));
}

TEST_P(EngineTest, BesideGivesANameOfItsOwnEachTime) {
  const DatabaseSpec spec = new_spec();

  const DatabaseSpec one = engine().beside(spec);
  const DatabaseSpec other = engine().beside(spec);

  EXPECT_NE(one.location.url(), other.location.url());
  EXPECT_NE(one.location.url(), spec.location.url());
}

TEST_P(EngineTest, TheClientCommandHasAProgramAndSaysWhichDatabase) {
  const DatabaseSpec spec = new_database();

  const std::vector<std::string> command = engine().client_command(spec);

  ASSERT_GE(command.size(), 2U);
  EXPECT_THAT(command.back(), HasSubstr(spec.location.database));
}

TEST_P(EngineTest, DiagnosisTellsSomething) { EXPECT_FALSE(engine().diagnose().empty()); }

TEST_P(EngineTest, SplitFindsStatementsAndTheirLines) {
  const auto statements =
      engine().split("-- first\nCREATE TABLE a (b text DEFAULT ';');\n\n  SELECT 1\n;\n-- last\n");

  ASSERT_EQ(statements.size(), 2U);
  EXPECT_EQ(statements[0].text, "CREATE TABLE a (b text DEFAULT ';')");
  EXPECT_EQ(statements[0].line, 2);
  EXPECT_EQ(statements[1].text, "SELECT 1");
  EXPECT_EQ(statements[1].line, 4);
  EXPECT_FALSE(statements[0].needs_autocommit);
}

TEST_P(EngineTest, SplitFindsNothingInCommentsAlone) {
  EXPECT_TRUE(engine().split("-- nothing\n/* here */ ; ;\n").empty());
}

TEST_P(EngineTest, SplitRefusesTransactionControlAndSaysWhere) {
  for (const char* statement : {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "END"}) {
    const Error error =
        error_of([&] { engine().split(std::string("SELECT 1;\n") + statement + ";"); });

    EXPECT_EQ(error.kind(), ErrorKind::usage) << statement;
    EXPECT_EQ(error.place().line, 2) << statement;
  }
}

TEST_P(EngineTest, SplitMarksTransactionControlInForeignScripts) {
  const std::pair<const char*, Control> cases[] = {
      {"BEGIN", Control::begin},
      {"begin transaction", Control::begin},
      {"COMMIT", Control::commit},
      {"END", Control::commit},
      {"Rollback", Control::rollback},
      {"ROLLBACK TO a", Control::none},
      {"ROLLBACK TRANSACTION TO SAVEPOINT a", Control::none},
      {"SAVEPOINT a", Control::none},
      {"RELEASE a", Control::none},
      {"CREATE TABLE t (a int)", Control::none},
  };
  for (const auto& [statement, control] : cases) {
    const auto statements =
        engine().split(std::string("-- x\n") + statement + ";", Origin::foreign);

    ASSERT_EQ(statements.size(), 1U) << statement;
    EXPECT_EQ(statements[0].control, control) << statement;
    EXPECT_EQ(statements[0].line, 2) << statement;
    EXPECT_EQ(statements[0].origin, Origin::foreign);
  }
}

TEST_P(EngineTest, ASemicolonMayFollowATriggerAlone) {
  const auto statements = engine().split(
      "CREATE TABLE t (a int);\nCREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; "
      "END;\n;\nSELECT 3\n;\n",
      Origin::foreign);

  if (GetParam() == std::string("sqlite")) {
    ASSERT_EQ(statements.size(), 3U);
    EXPECT_EQ(statements[2].line, 4);
  }
  EXPECT_EQ(statements.back().text, "SELECT 3");
}

TEST_P(EngineTest, SavepointsOfForeignScriptsRun) {
  const DatabaseSpec spec = new_database();
  const auto database = engine().connect(spec, {});
  database->begin_revision(true);

  for (const Statement& statement :
       engine().split("SAVEPOINT a; CREATE TABLE t (a int); ROLLBACK TO a; RELEASE a;"
                      "CREATE TABLE u (a int);",
                      Origin::foreign)) {
    database->run_revision_statement(statement);
  }
  database->check_revision();
  database->commit();
  database->end_revision();

  EXPECT_FALSE(database->table_exists("", "t"));
  EXPECT_TRUE(database->table_exists("", "u"));
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& the_case) { return the_case.param; });

}  // namespace
}  // namespace provision
