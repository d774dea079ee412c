// Flyway and the patterns: what the names of files say.
#include "provision/project/file_pattern.h"
#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using FlywayTest = LayoutTest;
using PatternTest = LayoutTest;

TEST_F(FlywayTest, OrdersVersionsPartByPartAndRepeatablesLast) {
  for (const char* name :
       {"V10__c.sql", "V2.1.0__b.sql", "V1_2__a.sql", "V1.10__a2.sql", "V2__b1.sql",
        "V20200101.1__d.sql", "R__zeta.sql", "R__alpha_view.sql"}) {
    file(name);
  }
  for (const char* name : {"afterMigrate.sql", "V3_no_separator.sql", "Vx__a.sql", "v4__a.sql",
                           "seed.sql", "V5__notes.txt"}) {
    file(name);
  }

  EXPECT_EQ(found(), "flyway");
  EXPECT_EQ(line(), "1.2 1.10 2 2.1.0 10 20200101.1 R__alpha_view R__zeta");
  EXPECT_EQ(read().at("R__alpha_view").message, "alpha view");
}

TEST_F(FlywayTest, ReadsUndosOfTheSameVersion) {
  file("V01__a.sql");
  file("U1.0__any_name.sql", "SELECT 2;\n");
  file("U7__nothing_to_undo.sql");

  const RevisionGraph graph = read();

  EXPECT_EQ(graph.size(), 1U);
  EXPECT_THAT(shown(graph.at("01").down),
              ElementsAre("migrations/U1.0__any_name.sql:1: SELECT 2;\n"));
}

TEST_F(FlywayTest, BeginsAtTheNewestBaseline) {
  for (const char* name : {"V1__a.sql", "V2__b.sql", "V3__c.sql", "B1__x.sql", "B2__y.sql"}) {
    file(name);
  }

  EXPECT_EQ(line(), "2 3");
  EXPECT_EQ(read().at("2").place.file, "migrations/B2__y.sql");
}

TEST_F(FlywayTest, NamesBothFilesOfAVersionThatIsThereTwice) {
  file("V1__a.sql");
  file("V1.0__b.sql");

  EXPECT_THAT(refusal(), HasSubstr("migrations/V1__a.sql: version '1.0' is in "
                                   "'migrations/V1.0__b.sql', too"));
}

TEST_F(FlywayTest, LooksBelowAndTakesTheFilesOfTheEngine) {
  file("2020/V1__a.sql");
  file("postgresql/V2__b.sql", "SELECT 2;\n");
  file("sqlite/V2__b.sql", "SELECT 3;\n");
  file("mysql/V2__b.sql");
  file("sqlite/V3__c.sql");

  EXPECT_EQ(line({.name = "flyway"}), "1 2 3");
  EXPECT_EQ(line({.name = "flyway", .engine = "postgresql"}), "1 2");
  const RevisionGraph graph = read({.name = "flyway"});
  EXPECT_EQ(graph.at("2").script(Direction::up, "sqlite")->text, "SELECT 3;\n");
}

TEST_F(FlywayTest, SkipsCodeAndReadsSettings) {
  file("V1__a.sql");
  file("V1__a.sql.conf", "executeInTransaction=false\n");
  file("V2__B.java", "class V2__B {}\n");

  const RevisionGraph graph = read();

  EXPECT_FALSE(graph.at("1").up[0].transactional);
  EXPECT_THAT(*graph.at("2").skipped, HasSubstr("Java"));
  EXPECT_THAT(graph.at("2").up, IsEmpty());
}

TEST_F(FlywayTest, WritesTheNextVersionBeforeWhatIsRepeatable) {
  file("V1_5__a.sql");
  file("R__view.sql");

  find_migrations(folder_, {}).layout->write(folder_, {"2", {"1.5"}, {}, {}, "b", "", ""});

  EXPECT_EQ(line(), "1.5 2 R__view");
}

LayoutChoice pattern(const char* up, const char* down = "", const char* engine = "") {
  return {.up_pattern = up, .down_pattern = down, .engine = engine};
}

TEST_F(PatternTest, ReadsTheEnginesOwnFilesBeforeNeutralOnes) {
  file("V0001.First.up.sql", "SELECT 1;\n");
  file("V0001.First.down.sql");
  file("V0002.Second.sqlite.up.sql", "SELECT 2;\n");
  file("V0002.Second.postgres.up.sql", "SELECT 3;\n");
  file("V0002.Second.mysql.up.sql");
  file("V0002.Second.all.down.sql", "SELECT 4;\n");
  file("V0010.Third.mysql.up.sql");
  file("V0011.Fourth.postgres.up.sql");

  const char* up = "V{id}.{name}.{engine}.up.sql";
  const char* down = "V{id}.{name}.{engine}.down.sql";

  EXPECT_EQ(line(pattern(up, down)), "0001 0002 0011");
  EXPECT_EQ(line(pattern(up, down, "sqlite")), "0001 0002");
  const RevisionGraph graph = read(pattern(up, down));
  EXPECT_EQ(graph.at("0002").message, "Second");
  EXPECT_EQ(graph.at("0002").script(Direction::up, "sqlite")->text, "SELECT 2;\n");
  EXPECT_EQ(graph.at("0002").script(Direction::down, "postgresql")->text, "SELECT 4;\n");
  EXPECT_EQ(graph.at("0001").script(Direction::up, "sqlite")->text, "SELECT 1;\n");
}

TEST_F(PatternTest, MayHaveFolders) {
  file("sqlite/2_b/up.sql");
  file("10_c/up.sql");
  file("10_c/down.sql");
  file("sqlite/2_b/down.sql");

  EXPECT_EQ(line(pattern("{engine}/{id}_{name}/up.sql", "{engine}/{id}_{name}/down.sql")), "2 10");
}

TEST_F(PatternTest, GivesAFileToThePatternThatSaysMore) {
  file("1_a.sql");
  file("1_a.undo.sql", "SELECT 2;\n");

  const RevisionGraph graph = read(pattern("{id}_{name}.sql", "{id}_{name}.undo.sql"));

  EXPECT_EQ(graph.at("1").down[0].text, "SELECT 2;\n");
  EXPECT_EQ(graph.at("1").message, "a");
}

TEST_F(PatternTest, OrdersNumbersWithinIdsAsNumbers) {
  for (const char* name : {"v1.10.sql", "v1.9.sql", "v1.9b.sql", "v02.sql", "v1.sql"}) file(name);

  EXPECT_EQ(line(pattern("v{id}.sql")), "1 1.9 1.9b 1.10 02");
}

TEST_F(PatternTest, TakesAnEngineFromAName) {
  file("1_a.postgres.autocommit.up.sql");
  file("2_b.autocommit.up.sql");

  EXPECT_EQ(line(pattern("{id}_{name}.{engine}.up.sql", "", "sqlite")), "2");
}

TEST_F(PatternTest, RefusesWhatIsUnclear) {
  file("1_a.sql");
  file("1_b.sql");
  EXPECT_THAT(refusal(pattern("{id}_{name}.sql")),
              HasSubstr("migrations/1_b.sql: revision '1' is in 'migrations/1_a.sql', too"));
  EXPECT_THAT(refusal(pattern("{id}_{name}.up.sql")), HasSubstr("no file of"));
  EXPECT_THAT(refusal(pattern("{name}.sql")), HasSubstr("says nowhere where the id is"));
  EXPECT_THAT(refusal(pattern("{id}_{nam}.sql")), HasSubstr("did you mean 'name'?"));
  EXPECT_THAT(refusal(pattern("{id}_{id}.sql")), HasSubstr("is in '{id}_{id}.sql' twice"));
  EXPECT_THAT(refusal(pattern("{id.sql")), HasSubstr("has no '}'"));
  EXPECT_THAT(refusal(pattern("{id}.sql", "{id}.sql")), HasSubstr("is that of the ways up"));
  EXPECT_THAT(refusal({.name = "pattern"}), HasSubstr("needs the pattern of the ways up"));
  EXPECT_THAT(refusal({.name = "goose", .up_pattern = "{id}"}), HasSubstr("do not go with layout"));
  EXPECT_THAT(refusal(pattern("{id}_a.up.sql", "{id}_a.sql")), HasSubstr("no file of"));
}

TEST_F(PatternTest, AWayDownAloneGoesUpByDoingNothing) {
  file("1_a.down.sql");
  file("2_b.up.sql");
  const RevisionGraph graph = read(pattern("{id}_{name}.up.sql", "{id}_{name}.down.sql"));

  ASSERT_EQ(graph.size(), 2U);
  EXPECT_EQ(graph.at("1").script(Direction::up, "sqlite")->text, "");
  EXPECT_NE(graph.at("1").script(Direction::down, "sqlite"), nullptr);
}

TEST_F(PatternTest, WritesThePairThatThePatternsSay) {
  file("1/up.sql");
  const LayoutChoice choice = pattern("{id}/up.{engine}.sql", "{id}/down.{engine}.sql");
  file("1/up.sqlite.sql");

  find_migrations(folder_, choice).layout->write(folder_, {"2", {"1"}, {}, {}, "b", "", ""});

  EXPECT_TRUE(std::filesystem::exists(folder_ / "2" / "down.sql"));
  EXPECT_EQ(line(choice), "1 2");
}

TEST(FilePattern, TakesShortIdsAndLongNames) {
  const FilePattern pattern("{id}_{name}.{engine}.sql", "p");

  const auto match = pattern.match("2020_a_b.c.pg.sql");

  ASSERT_TRUE(match);
  EXPECT_EQ(match->id, "2020");
  EXPECT_EQ(match->name, "a_b.c");
  EXPECT_EQ(match->engine, "pg");
  EXPECT_FALSE(pattern.match("2020_a.other.sql"));
  EXPECT_FALSE(pattern.match("2020_a/b.pg.sql"));
  EXPECT_TRUE(pattern.without_engine().match("1_a.sql"));
}

}  // namespace
}  // namespace provision
