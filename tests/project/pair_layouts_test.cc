// golang-migrate, sqlx and diesel: a file a direction.
#include <fstream>

#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using GolangMigrateTest = LayoutTest;
using SqlxTest = LayoutTest;
using DieselTest = LayoutTest;

TEST_F(GolangMigrateTest, ReadsPairsInTheOrderOfTheirNumbers) {
  file("000010_b_c.up.sql", "CREATE TABLE b (a int);\n");
  file("000010_b_c.down.sql", "DROP TABLE b;\n");
  file("9_a.up.sql");
  file("18446744073709551616_z.up.sql");
  file("9_a.down.sql", "-- nothing\n");

  EXPECT_EQ(found(), "golang-migrate");
  EXPECT_EQ(line(), "9 10 18446744073709551616");
  const RevisionGraph graph = read();
  const Revision& revision = graph.at("10");
  EXPECT_EQ(revision.message, "b c");
  EXPECT_EQ(revision.place.file, "migrations/000010_b_c.up.sql");
  EXPECT_THAT(shown(revision.up),
              ElementsAre("migrations/000010_b_c.up.sql:1: CREATE TABLE b (a int);\n"));
  EXPECT_THAT(shown(revision.down),
              ElementsAre("migrations/000010_b_c.down.sql:1: DROP TABLE b;\n"));
  EXPECT_THAT(graph.at("18446744073709551616").down, IsEmpty());
  EXPECT_EQ(graph.at("9").down.size(), 1U);
  EXPECT_TRUE(revision.up[0].autocommit_if_needed);
}

TEST_F(GolangMigrateTest, LeavesOtherFilesAlone) {
  file("1_a.up.sql");
  file("README.md");
  file(".keep");
  file("schema.sql");
  file("seeds.sql");
  file("1_a.up.sql.orig");
  file("old/2_b.up.sql");

  EXPECT_EQ(line(), "1");
}

TEST_F(GolangMigrateTest, NamesBothFilesOfAVersionThatIsThereTwice) {
  file("1_a.up.sql");
  file("001_b.up.sql");

  EXPECT_THAT(refusal(), HasSubstr("migrations/1_a.up.sql: version '1' is in "
                                   "'migrations/001_b.up.sql', too"));
}

TEST_F(GolangMigrateTest, SuggestsPatternsWhereNamesSayAnEngine) {
  file("1_a.mysql.up.sql");
  file("1_a.postgres.up.sql");

  EXPECT_THAT(refusal(), HasSubstr("--up '{id}_{name}.{engine}.up.sql'"));
}

TEST_F(GolangMigrateTest, SaysThePatternForNamesThatEndInAnEngine) {
  file("1_a_b_postgres.up.sql");
  file("1_a_b_sqlite.up.sql");

  EXPECT_THAT(refusal(), HasSubstr("--up '{id}_{name}_{engine}.up.sql'"));
}

TEST_F(GolangMigrateTest, SkipsCode) {
  file("1_a.up.sql");
  file("2_b.up.go", "package x\n");

  const RevisionGraph graph = read();

  EXPECT_THAT(*graph.at("2").skipped, HasSubstr("Go"));
  EXPECT_THAT(graph.at("2").up, IsEmpty());
}

TEST_F(GolangMigrateTest, TakesAByteOrderMarkAndLineEndsOfWindows) {
  file("1_a.up.sql", "\xEF\xBB\xBFSELECT 1;\r\nSELECT 2;");

  EXPECT_EQ(read().at("1").up[0].text, "SELECT 1;\nSELECT 2;");
}

TEST_F(GolangMigrateTest, SaysWhereAByteIsNoUtf8) {
  file("1_a.up.sql", "SELECT 1;\n-- caf\xE9\n");

  EXPECT_THAT(refusal(), HasSubstr("migrations/1_a.up.sql:2: byte 0xe9 is not UTF-8"));
}

TEST_F(GolangMigrateTest, ChecksumsTellWhichDirectionHasALine) {
  file("1_a.up.sql", "A\n");
  file("1_a.down.sql", "B\n");
  const std::string before = checksum(read().at("1"));

  file("1_a.down.sql", "C\n");

  EXPECT_NE(checksum(read().at("1")), before);
}

TEST_F(GolangMigrateTest, WritesTheNextPair) {
  file("1_a.up.sql");
  const FoundMigrations migrations = find_migrations(folder_, {});

  const auto path = migrations.layout->write(
      folder_, {"20260101000000", {"1"}, {}, {}, "Add e-mail", "SELECT 2;", ""});

  EXPECT_EQ(path.filename(), "20260101000000_add_e_mail.up.sql");
  EXPECT_EQ(read_text(path), "SELECT 2;\n");
  EXPECT_EQ(line(), "1 20260101000000");
  EXPECT_EQ(read().at("20260101000000").down.size(), 1U);
}

TEST_F(GolangMigrateTest, WritesNothingThatIsNoLine) {
  file("5_a.up.sql");
  const FoundMigrations migrations = find_migrations(folder_, {});
  const NewRevision wrong[] = {{"6", {}, {}, {}, "no parent", "", ""},
                               {"6", {"5"}, {"5"}, {}, "dependency", "", ""},
                               {"6", {"5"}, {}, {"label"}, "label", "", ""},
                               {"4", {"5"}, {}, {}, "before", "", ""},
                               {"x", {"5"}, {}, {}, "no number", "", ""}};

  for (const NewRevision& revision : wrong) {
    EXPECT_THROW(migrations.layout->write(folder_, revision), Error) << revision.message;
  }
  EXPECT_EQ(line(), "5");
}

TEST_F(SqlxTest, ReadsSingleFilesWithoutAWayDown) {
  file("20220101000000_init.sql");
  file("3_before.sql");
  file("notes.sql");

  EXPECT_EQ(found(), "sqlx");
  EXPECT_EQ(line(), "3 20220101000000");
  EXPECT_THAT(read().at("3").down, IsEmpty());
  EXPECT_EQ(read().at("3").message, "before");
}

TEST_F(SqlxTest, ReadsPairsAmongSingleFiles) {
  file("1_a.sql");
  file("2_b.up.sql");
  file("2_b.down.sql", "-- no-transaction\nSELECT 1;\n");

  EXPECT_EQ(found(), "sqlx");
  const RevisionGraph graph = read();
  EXPECT_TRUE(graph.at("2").up[0].transactional);
  EXPECT_FALSE(graph.at("2").down[0].transactional);
}

TEST_F(SqlxTest, IsToldFromGolangMigrateByItsProject) {
  file("1_a.up.sql");
  EXPECT_EQ(found(), "golang-migrate");

  write_file(project_.path() / "Cargo.toml", "[package]\n");

  EXPECT_EQ(found(), "sqlx");
}

TEST_F(SqlxTest, IsToldFromGolangMigrateByAWayDownAlone) {
  file("1_a.up.sql");
  file("1_a.down.sql");
  file("3_b.sql");
  EXPECT_EQ(found(), "sqlx");

  file("2_a.down.sql");

  EXPECT_EQ(found(), "golang-migrate");
}

TEST_F(SqlxTest, RefusesAWayDownAlone) {
  file("1_a.sql");
  file("2_b.down.sql");

  EXPECT_THAT(refusal(), HasSubstr("2_b.down.sql: version '2' has a way down and none up"));
}

TEST_F(SqlxTest, IsNotFoundInFilesThatHoldAWayDown) {
  file("1_a.sql", "CREATE TABLE t (a int);\n-- Down Migration\nDROP TABLE t;\n");
  EXPECT_THAT(refusal(), HasSubstr("in no layout that is known here"));

  file("1_a.sql", "CREATE TABLE t (a int);\n---- create above / drop below ----\nDROP TABLE t;\n");
  EXPECT_THAT(refusal(), HasSubstr("in no layout that is known here"));
}

TEST_F(DieselTest, ReadsFoldersInTheOrderOfTheirVersionsAsText) {
  file("2019-02-27-170003_b/up.sql", "SELECT 2;\n");
  file("2019-02-27-170003_b/down.sql", "");
  file("00000000000000_diesel_initial_setup/up.sql");
  file("9_late/up.sql");
  file("10_early/up.sql");
  file("README.md");
  make_folder(folder_ / "empty");

  EXPECT_EQ(found(), "diesel");
  EXPECT_EQ(line(), "00000000000000 10 20190227170003 9");
  const Revision revision = read().at("20190227170003");
  EXPECT_EQ(revision.message, "b");
  EXPECT_THAT(shown(revision.up),
              ElementsAre("migrations/2019-02-27-170003_b/up.sql:1: SELECT 2;\n"));
  EXPECT_THAT(shown(revision.down), ElementsAre("migrations/2019-02-27-170003_b/down.sql:1: "));
}

TEST_F(DieselTest, ReadsWhetherARevisionRunsInATransaction) {
  file("1_a/up.sql");
  file("2_b/up.sql");
  file("2_b/metadata.toml", "# why\nrun_in_transaction = false # so\n");
  file("3_c/up.sql");
  file("3_c/metadata.toml", "run_in_transaction=true\n");
  file("4_d/up.sql");
  file("4_d/metadata.toml", "\n");

  const RevisionGraph graph = read();

  EXPECT_TRUE(graph.at("1").transactional);
  EXPECT_FALSE(graph.at("2").transactional);
  EXPECT_TRUE(graph.at("3").transactional);
  EXPECT_FALSE(graph.at("4").transactional) << "its own reader takes no word for a no";
}

TEST_F(DieselTest, RefusesOtherMetadata) {
  file("1_a/up.sql");
  file("1_a/metadata.toml", "x = 1\nrun_in_transaction = maybe\n");

  EXPECT_THAT(refusal(), HasSubstr("migrations/1_a/metadata.toml:2: 'run_in_transaction' is true"));
}

TEST_F(DieselTest, NamesBothFoldersOfAVersionThatIsThereTwice) {
  file("2020-01-01_a/up.sql");
  file("20200101_b/up.sql");

  EXPECT_THAT(refusal(), HasSubstr("migrations/20200101_b/up.sql: version '20200101' is in "
                                   "'migrations/2020-01-01_a/up.sql', too"));
}

TEST_F(DieselTest, WritesTheNextFolder) {
  file("2020-01-01-000000_a/up.sql");

  find_migrations(folder_, {})
      .layout->write(folder_, {"20260101000000", {"20200101000000"}, {}, {}, "b", "", ""});

  EXPECT_EQ(line(), "20200101000000 20260101000000");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "20260101000000_b" / "down.sql"));
}

}  // namespace
}  // namespace provision
