// dbmate, goose and sql-migrate: both directions in one file.
#include "provision/project/goose_variables.h"
#include "provision/project/sections.h"
#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using DbmateTest = LayoutTest;
using GooseTest = LayoutTest;
using SqlMigrateTest = LayoutTest;

using Parse = Revision (*)(std::string, const std::string&);

std::string refusal_of(Parse parse, const std::string& text) {
  try {
    parse(text, "f.sql");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  }
  return "no error";
}

TEST_F(DbmateTest, ReadsBothSectionsAndTheirLines) {
  file("20200101_first_thing.sql",
       "-- a remark\n\n-- migrate:up\nCREATE TABLE t (a int);\n\n-- migrate:down\n\nDROP TABLE "
       "t;\n");

  EXPECT_EQ(found(), "dbmate");
  const Revision revision = read().at("20200101");
  EXPECT_EQ(revision.message, "first thing");
  EXPECT_EQ(revision.place.file, "migrations/20200101_first_thing.sql");
  EXPECT_THAT(shown(revision.up), ElementsAre(":4: CREATE TABLE t (a int);\n\n"));
  EXPECT_THAT(shown(revision.down), ElementsAre(":7: \nDROP TABLE t;\n"));
  EXPECT_TRUE(revision.up[0].transactional);
}

TEST_F(DbmateTest, OrdersByTheNamesOfTheFilesAsText) {
  for (const char* name : {"9_a.sql", "10_b.sql", "010_c.sql"}) file(name, "-- migrate:up\n");
  file("notes.sql", "?");

  EXPECT_EQ(line(), "010 10 9");
}

TEST(Dbmate, ReadsTheOptionsOfEachSection) {
  const Revision revision = parse_dbmate(
      "-- migrate:up transaction:false\nSELECT 1;\n--migrate:down x:y\nSELECT 2;\n", "f.sql");

  EXPECT_FALSE(revision.up[0].transactional);
  EXPECT_TRUE(revision.down[0].transactional);
}

TEST(Dbmate, KeepsTheLinesOfSectionsThatComeAgain) {
  const Revision revision = parse_dbmate(
      "-- migrate:up\nA;\n-- migrate:down\nB;\n-- migrate:up\nC;\n-- migrate:down\nD;\n", "f.sql");

  EXPECT_THAT(shown(revision.up), ElementsAre(":2: A;\n\n\n\nC;\n"));
  EXPECT_THAT(shown(revision.down), ElementsAre(":4: B;\n\n\n\nD;\n"));
}

TEST(Dbmate, TellsAnEmptyWayDownFromNone) {
  EXPECT_THAT(parse_dbmate("-- migrate:up\nA;\n", "f").down, IsEmpty());
  EXPECT_THAT(shown(parse_dbmate("-- migrate:up\nA;\n-- migrate:down\n\n", "f").down),
              ElementsAre(":4: "));
  EXPECT_THAT(shown(parse_dbmate("-- migrate:up\nA;\n-- migrate:down", "f").down),
              ElementsAre(":4: "));
}

TEST(Dbmate, RefusesWhatItsToolRefuses) {
  EXPECT_EQ(refusal_of(&parse_dbmate, "SELECT 1;\n-- migrate:up\n"),
            "f.sql:1: there is SQL above '-- migrate:up'");
  EXPECT_EQ(refusal_of(&parse_dbmate, "-- remark\n"), "f.sql:1: there is no line '-- migrate:up'");
  EXPECT_EQ(refusal_of(&parse_dbmate, "-- migrate:down\n"),
            "f.sql:1: 'migrate:down' stands above '-- migrate:up'");
  EXPECT_EQ(refusal_of(&parse_dbmate, "-- migrate:up\n-- migrate:down\n-- migrate:down\n"),
            "f.sql:3: there is a second 'migrate:down' in a row");
  EXPECT_EQ(refusal_of(&parse_dbmate, "-- migrate:upper\n"),
            "f.sql:1: there is no line '-- migrate:up'");
}

TEST_F(DbmateTest, WritesTheNextFile) {
  file("1_a.sql", "-- migrate:up\n");

  const auto path =
      find_migrations(folder_, {})
          .layout->write(folder_, {"2", {"1"}, {}, {}, "b", "SELECT 2;", "SELECT 3;"});

  EXPECT_EQ(read_text(path), "-- migrate:up\nSELECT 2;\n\n-- migrate:down\nSELECT 3;\n");
  EXPECT_EQ(line(), "1 2");
}

TEST_F(GooseTest, ReadsSqlAndSkipsGoInTheOrderOfTheNumbers) {
  file("00010_b.sql", "-- +goose Up\nSELECT 1;\n");
  file("9_a.go", "package m\nimport \"github.com/pressly/goose/v3\"\n");
  file("9_a_test.go", "package m\n");
  file("00000_zero.sql", "?");
  file("helpers.go", "package m\n");

  EXPECT_EQ(found(), "goose");
  EXPECT_EQ(line(), "9 10");
  EXPECT_THAT(*read().at("9").skipped, HasSubstr("Go"));
  EXPECT_FALSE(read().at("10").skipped);
}

TEST_F(GooseTest, IsFoundWhereGoIsAllThereIs) {
  file("20200101_a.go", "package m\nimport \"github.com/pressly/goose/v3\"\n");

  EXPECT_EQ(found(), "goose");
}

TEST_F(GooseTest, NamesBothFilesOfAVersionThatIsThereTwice) {
  file("1_a.sql", "-- +goose Up\n");
  file("01_b.sql", "-- +goose Up\n");

  EXPECT_THAT(refusal(), HasSubstr("version '1' is in 'migrations/0"));
}

TEST(Goose, KeepsTheLinesOfStatementsInBlocks) {
  const Revision revision = parse_goose(
      "-- +goose Up\n-- +goose StatementBegin\nCREATE x; y\n-- +goose StatementEnd\nSELECT 1;\n"
      "-- +goose Down\n-- +GOOSE bodies are not matched\n",
      "f.sql");

  EXPECT_THAT(shown(revision.up), ElementsAre(":3: CREATE x; y\n;\nSELECT 1;\n"));
  EXPECT_EQ(revision.down.size(), 1U);
  EXPECT_TRUE(revision.transactional);
}

TEST(Goose, ReadsThatAFileHasNoTransaction) {
  EXPECT_FALSE(parse_goose("-- +goose NO TRANSACTION\n-- +goose up\nA;\n", "f").transactional);
}

TEST(Goose, PutsInVariablesWhereItIsTold) {
  const Revision revision = parse_goose(
      "-- +goose Up\nA $$x$$;\n-- +goose ENVSUB ON\nB ${PROVISION_UNSET_X:-b};\n"
      "-- $1 in a remark\n-- +goose ENVSUB OFF\nC $1;\n",
      "f.sql");

  EXPECT_THAT(shown(revision.up),
              ElementsAre(":2: A $$x$$;\n\nB b;\n-- $1 in a remark\n\nC $1;\n"));
}

TEST(Goose, RefusesWhatItsToolRefuses) {
  EXPECT_EQ(refusal_of(&parse_goose, "SELECT 1;\n"), "f.sql:1: there is SQL above '-- +goose Up'");
  EXPECT_EQ(refusal_of(&parse_goose, ""), "f.sql: there is no line '-- +goose Up'");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Up\n-- +goose Up\n"),
            "f.sql:2: there is a second '-- +goose Up'");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Down\n"),
            "f.sql:1: '-- +goose Down' does not follow '-- +goose Up'");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Up\n-- +goose StatementBegin\nA\n\n"),
            "f.sql:2: 'StatementBegin' has no 'StatementEnd'");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Up\n-- +goose StatementEnd\n"),
            "f.sql:2: 'StatementEnd' has no 'StatementBegin'");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Upwards\n"),
            "f.sql:1: unknown annotation '-- +goose Upwards' of goose");
  EXPECT_EQ(refusal_of(&parse_goose, " -- +goose Up\n"),
            "f.sql:1: an annotation of goose begins its line");
  EXPECT_EQ(refusal_of(&parse_goose, "-- +goose Up\n-- +goose ENVSUB ON\n\nSELECT $1;\n"),
            "f.sql:4: a '$' is followed by no name of a variable");
}

TEST_F(GooseTest, WritesTheNextFile) {
  file("1_a.sql", "-- +goose Up\n");

  find_migrations(folder_, {})
      .layout->write(folder_, {"2", {"1"}, {}, {}, "b", "SELECT 2;", "SELECT 3;"});

  EXPECT_THAT(shown(read().at("2").down), ElementsAre(":8: SELECT 3;\n;\n"));
}

TEST(GooseVariables, AreGooses) {
  const Variables variables = {{"A", "one"}, {"EMPTY", ""}};
  const std::pair<const char*, const char*> cases[] = {
      {"$A-${A}", "one-one"},
      {"$MISSING|${MISSING}", "|"},
      {"${EMPTY:-d} ${EMPTY-d} ${MISSING-d}", "d  d"},
      {"${MISSING:-${A}x}", "onex"},
      {"${A:1} ${A:0:2} ${A:-x} ${A:9} ${A: -2} ${A:0:-1}", "ne on one  ne on"},
      {"$$ \\$ $(x) \\\\ $", "$ $ $(x) \\\\ $"},
      {"${A?why}", "one"},
      {"$$BODY$$", "$BODY$"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(substituted(text, variables), expected) << text;
  }
  for (const char* text : {"$1", "${A", "${A:x}", "${MISSING?why}", "${}", "${A!}"}) {
    EXPECT_THROW(substituted(text, variables), Error) << text;
  }
}

TEST_F(SqlMigrateTest, OrdersByNumberThenByName) {
  const std::string text = "-- +migrate Up\nSELECT 1;\n";
  for (const char* name : {"b.sql", "10_a.sql", "9-z.sql", "9-a.sql", "a.sql"}) file(name, text);
  file("structure.sql", "CREATE TABLE t (a int);\n");

  EXPECT_EQ(found(), "sql-migrate");
  EXPECT_EQ(line(), "9-a.sql 9-z.sql 10_a.sql a.sql b.sql");
}

TEST(SqlMigrate, RefusesAStatementWithoutASemicolonAsItsToolDoes) {
  const auto refusal = [](const std::string& text) {
    try {
      parse_sql_migrate(text, "1.sql");
      return std::string("none");
    } catch (const Error& error) {
      return error.place().text();
    }
  };

  EXPECT_EQ(refusal("-- +migrate Up\nA;\nB\n-- +migrate Down\nC;\n"), "1.sql:3");
  EXPECT_EQ(refusal("-- +migrate Up\nA;\n-- +migrate Down\nB\n\n"), "1.sql:4");
  EXPECT_EQ(refusal("-- +migrate Up\nA; -- b\n-- +migrate Down\n-- nothing\n"), "none");
}

TEST(Goose, RefusesAnUpgradeWithoutASemicolonAsItsToolDoes) {
  EXPECT_THROW(parse_goose("-- +goose Up\nA;\nB\n-- +goose Down\nC;\n", "1.sql"), Error);
  EXPECT_THROW(parse_goose("-- +goose Up\nA\n", "1.sql"), Error);
  EXPECT_NO_THROW(parse_goose(
      "-- +goose Up\nA; -- b\n-- c\n-- +goose StatementBegin\nB\n-- +goose StatementEnd\n",
      "1.sql"));
}

TEST(SqlMigrate, ReadsItsCommands) {
  const Revision revision = parse_sql_migrate(
      "ignored\n-- +migrate Up notransaction\nA;\n-- +migrate StatementBegin\nB;C\n"
      "-- +migrate StatementEnd\n-- +migrate Down\nD;\n",
      "f.sql");

  EXPECT_THAT(shown(revision.up), ElementsAre(":3: A;\n\nB;C\n;\n"));
  EXPECT_FALSE(revision.up[0].transactional);
  EXPECT_THAT(shown(revision.down), ElementsAre(":8: D;\n"));
  EXPECT_TRUE(revision.down[0].transactional);
}

TEST(SqlMigrate, RefusesWhatItsToolRefuses) {
  EXPECT_EQ(refusal_of(&parse_sql_migrate, "SELECT 1;\n"),
            "f.sql:1: there is no line '-- +migrate Up'");
  EXPECT_EQ(refusal_of(&parse_sql_migrate, "-- +migrate Up\n-- +migrate StatementBegin\nA;\n"),
            "f.sql:2: 'StatementBegin' has no 'StatementEnd'");
  EXPECT_EQ(refusal_of(&parse_sql_migrate, "-- +migrate \n"),
            "f.sql:1: the command of sql-migrate is not whole");
}

TEST_F(SqlMigrateTest, WritesTheNextFile) {
  file("1_a.sql", "-- +migrate Up\n");

  find_migrations(folder_, {}).layout->write(folder_, {"2", {"1_a.sql"}, {}, {}, "b", "", ""});

  EXPECT_EQ(line(), "1_a.sql 2_b.sql");
}

}  // namespace
}  // namespace provision
