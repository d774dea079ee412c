// Which layout a folder is in, and where in it the migrations are.
#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

using LayoutDetectionTest = LayoutTest;

TEST_F(LayoutDetectionTest, AMixIsAnErrorThatListsTheCandidates) {
  file("1_a.sql", "-- +goose Up\n");
  file("2_b.sql", "-- migrate:up\n");
  EXPECT_THAT(refusal(), HasSubstr("are in several layouts: dbmate, goose"));

  file("3_c.up.sql");
  EXPECT_THAT(refusal(), HasSubstr("dbmate, golang-migrate, goose"));
}

TEST_F(LayoutDetectionTest, TheLayoutThatIsSaidIsTaken) {
  file("1_a.sql", "-- +goose Up\n");
  file("2_b.up.sql");

  EXPECT_EQ(line({.name = "golang-migrate"}), "2");
}

TEST_F(LayoutDetectionTest, MigrationsAreFoundWhereTheyUsuallyAre) {
  file("db/migrations/1_a.sql", "-- migrate:up\n");
  file("db/schema.sql");
  file("main.go", "package main\n");

  EXPECT_EQ(line(), "1");
  EXPECT_EQ(read().at("1").place.file, "migrations/db/migrations/1_a.sql");
  EXPECT_EQ(line({.name = "dbmate"}), "1");
}

TEST_F(LayoutDetectionTest, MigrationsAreLookedForBelow) {
  file("crates/storage/migrations/1_a.up.sql");
  file("vendor/x/migrations/1_a.sql", "-- migrate:up\n");
  file("crates/storage/src/1_not.sql");

  EXPECT_EQ(read().at("1").place.file, "migrations/crates/storage/migrations/1_a.up.sql");

  file("cmd/migrate/migrations/2_b.sql", "-- +goose Up\n");
  EXPECT_THAT(refusal(), HasSubstr("goose in 'cmd/migrate/migrations', golang-migrate in "
                                   "'crates/storage/migrations'"));
}

TEST_F(LayoutDetectionTest, AByteOrderMarkHidesNoMark) {
  file("1_a.sql", "\xEF\xBB\xBF-- +goose Up\r\nSELECT 1;\r\n");

  EXPECT_EQ(found(), "goose");
  EXPECT_EQ(line(), "1");
}

TEST_F(LayoutDetectionTest, ARemarkOfHowToGoBackIsNoWayDown) {
  file("1_a.sql", "CREATE TABLE t (a int);\n-- Rollback:\n-- DROP TABLE t;\n");

  EXPECT_EQ(found(), "sqlx");
}

TEST_F(LayoutDetectionTest, SeveralFoldersAreAnErrorThatListsThem) {
  file("migrations/1_a.up.sql");
  file("db/migrations/1_a.sql", "-- migrate:up\n");

  EXPECT_THAT(refusal(), HasSubstr("golang-migrate in 'migrations', dbmate in 'db/migrations'"));
}

TEST_F(LayoutDetectionTest, AFolderAnEngineIsChosenByTheEngine) {
  file("postgres/1_a.up.sql");
  file("sqlite3/2_b.up.sql");
  file("mysql/3_c.up.sql");

  EXPECT_EQ(line({.engine = "sqlite"}), "2");
  EXPECT_EQ(line({.engine = "postgresql"}), "1");
  EXPECT_THAT(refusal(), HasSubstr("golang-migrate in 'postgres', golang-migrate in 'sqlite3'"));
}

TEST_F(LayoutDetectionTest, AnEmptyFolderIsInOurs) {
  file("README.md");
  file(".keep");

  EXPECT_EQ(found(), "provision");
}

TEST_F(LayoutDetectionTest, UnknownFilesGiveAHintOfPatterns) {
  file("V1.a.up.sql");

  EXPECT_THAT(refusal(), HasSubstr("as in '{id}_{name}.up.sql'"));
}

TEST_F(LayoutDetectionTest, IdsOfOtherToolsMayBeWhatTheyLike) {
  const std::string id = "1-" + std::string(60, 'x') + " @y.sql";
  file(id, "-- +migrate Up\n");

  EXPECT_EQ(line(), id);
}

TEST_F(LayoutDetectionTest, EveryToolsOwnTablesAreKnown) {
  for (const std::string& name : layout_names()) {
    if (name == "provision" || name == "pattern") continue;
    const FoundMigrations found = find_migrations(folder_, {.name = name});
    EXPECT_FALSE(found.layout->version_tables().empty()) << name;
  }
}

TEST_F(LayoutDetectionTest, AToolsTableIsMadeWhereARevisionSpeaksOfIt) {
  file("1_a.sql", "SELECT 1;\n");
  EXPECT_EQ(needed_version_tables(*find_migrations(folder_, {}).layout, read()), "");

  file("2_b.sql", "DELETE FROM public._sqlx_migrations;\n");

  EXPECT_THAT(needed_version_tables(*find_migrations(folder_, {}).layout, read()),
              HasSubstr("CREATE TABLE _sqlx_migrations ("));
}

}  // namespace
}  // namespace provision
