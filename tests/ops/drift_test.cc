#include "provision/ops/drift/drift.h"

#include <gmock/gmock.h>

#include "provision/project/snapshot_file.h"
#include "tests/ops/drift_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = DriftSource::Kind;

INSTANTIATE_TEST_SUITE_P(Engines, DriftTest, testing::Values("sqlite", "postgresql"));

TEST_P(DriftTest, EqualDatabasesDoNotDiffer) {
  const std::string sql = "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL)";

  const Report report = compared(database("staging", sql), database("production", sql));

  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.summary, HasSubstr("no difference"));
}

TEST_P(DriftTest, WhatIsExpectedAndNotThereIsMissing) {
  const Report report =
      compared(database("staging", "CREATE TABLE t (a integer); CREATE TABLE gone (a integer)"),
               database("production", "CREATE TABLE t (a integer); CREATE TABLE more (a integer)"));

  EXPECT_THAT(lines_of_findings(report), ElementsAre("missing table gone", "extra table more"));
}

TEST_P(DriftTest, PartsAreGatheredUnderTheTableThatTheyBelongTo) {
  const Report report =
      compared(database("staging", "CREATE TABLE t (a integer, b text); CREATE INDEX i ON t (b)"),
               database("production", "CREATE TABLE t (a integer, c text)"));

  ASSERT_EQ(report.findings.size(), 1U);
  const Finding& finding = report.findings.front();
  EXPECT_EQ(finding.subject, "table t");
  EXPECT_EQ(finding.verdict, "changed");
  EXPECT_EQ(finding.severity, "breaking");
  EXPECT_THAT(lines_of_findings(report),
              ElementsAre("missing column t.b", "extra column t.c", "missing index t.i"));
  for (const Difference& one : finding.differences) EXPECT_NE(one.reason, "") << one.object;
}

TEST_P(DriftTest, ThePictureHasEveryObjectOfBothSides) {
  const Report report = compared(
      database("staging", "CREATE TABLE t (a integer, b integer); CREATE TABLE same (a integer)"),
      database("production", "CREATE TABLE t (a integer); CREATE TABLE same (a integer)"));

  ASSERT_EQ(report.comparisons.size(), 1U);
  std::vector<std::string> drawn;
  for (const Comparison::Object& object : report.comparisons.front().objects) {
    if (!object.name.starts_with("table")) continue;
    drawn.push_back(fmt::format("{} {} {}", object.name, object.state, object.parts));
  }
  EXPECT_THAT(drawn, ElementsAre("table same same 1", "table t changed 2"));
}

TEST_P(DriftTest, ASnapshotFileIsASide) {
  const DriftSource staging = database("staging", "CREATE TABLE t (a integer)");
  const auto session = connect(staging.databases.front(), Access::read);
  const DriftSource before =
      file(Kind::snapshot, "before.json", snapshot_text(session->schema_reader({})->snapshot()));
  connect(staging.databases.front())->execute("CREATE TABLE later (a integer)");

  const Report report = compared(before, staging);

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra table later"));
}

TEST_P(DriftTest, ASchemaFileIsLoadedOnScratch) {
  const DriftSource declared =
      file(Kind::schema, "schema.sql", "BEGIN;\nCREATE TABLE t (a integer NOT NULL);\nCOMMIT;\n");

  const Report report = compared(declared, database("staging", "CREATE TABLE t (a integer)"));

  EXPECT_THAT(lines_of_findings(report), ElementsAre("changed column t.a: not null"));
}

TEST_P(DriftTest, TwoSchemaFilesAreComparedOnTheEngineThatIsSaid) {
  const DriftSource before = file(Kind::schema, "before.sql", "CREATE TABLE t (a integer)");
  const DriftSource after = file(Kind::schema, "after.sql", "CREATE TABLE t (a integer NOT NULL)");

  EXPECT_EQ(error_of([&] { compared(before, after); }).kind(), ErrorKind::usage);
  options_.engine = GetParam();

  EXPECT_THAT(lines_of_findings(compared(before, after)),
              ElementsAre("changed column t.a: not null"));
  EXPECT_THAT(lines_of_findings(compared(after, after)), IsEmpty());
}

TEST_P(DriftTest, AFailingSchemaFileIsNamedWithItsLine) {
  const DriftSource declared = file(Kind::schema, "schema.sql",
                                    "CREATE TABLE t (a integer);\nCREATE TABEL u (a integer);\n");
  const DriftSource staging = database("staging", "");

  const Error error = error_of([&] { compared(declared, staging); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(error.place().text(), "schema.sql:2");
}

TEST_P(DriftTest, ADatabaseThatIsNotThereIsUnavailableAndNamed) {
  const DriftSource there = database("staging", "CREATE TABLE t (a integer)");
  DriftSource missing = there;
  missing.label = "production";
  missing.databases = {new_spec()};

  const Error error = error_of([&] { compared(there, missing); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("cannot read 'production'"));
}

TEST_P(DriftTest, ASnapshotOfANewerFormatIsAUsageError) {
  const DriftSource newer = file(Kind::snapshot, "newer.json", "{\"provision_snapshot\": 99}");
  const DriftSource staging = database("staging", "");

  const Error error = error_of([&] { compared(newer, staging); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("format 99"));
}

TEST_P(DriftTest, RulesHideAndStaleOnesArePointedOut) {
  rules_.ignore = {{"table audit*", "environments/staging.yaml:3"},
                   {"view nothing", "environments/staging.yaml:4"}};
  const DriftSource expected = database("staging", "CREATE TABLE t (a integer)");
  DriftSource actual =
      database("production", "CREATE TABLE t (a integer); CREATE TABLE audit_log (a integer)");
  actual = environment("production", actual.databases.front());

  const Report report = compared(expected, actual);

  EXPECT_TRUE(report.ok());
  const Table* ignored = table(report, "ignored");
  ASSERT_NE(ignored, nullptr);
  EXPECT_EQ(std::get<std::int64_t>(ignored->rows.at(0).at(3).value), 1);
  EXPECT_EQ(cell(*ignored, 1, 1), "view nothing");
  EXPECT_THAT(cell(*ignored, 1, 4), HasSubstr("stale"));
}

TEST_P(DriftTest, TheOrderOfColumnsIsANote) {
  const Report report = compared(database("staging", "CREATE TABLE t (a integer, b integer)"),
                                 database("production", "CREATE TABLE t (b integer, a integer)"));

  EXPECT_TRUE(report.ok());
  EXPECT_NE(table(report, "notes"), nullptr);
}

TEST_P(DriftTest, BodiesCanBeHidden) {
  options_.hash_bodies = true;

  const Report report = compared(
      database("staging",
               "CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a + 12345 AS b FROM t"),
      database("production",
               "CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a + 54321 AS b FROM t"));

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].differences.at(0).expected, HasSubstr("sha256:"));
  EXPECT_THAT(report.findings[0].differences.at(0).actual, Not(HasSubstr("54321")));
}

/// Two engines, whatever the suite's own one is.
TEST_P(DriftTest, DifferentEnginesAreComparedByWhatBothHave) {
  const std::string sql =
      "CREATE TABLE users (id integer PRIMARY KEY, name varchar(80) NOT NULL, born date, "
      "rank numeric(5,2)); CREATE INDEX users_name ON users (name);"
      "CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users (id));";
  const DriftSource here = database("staging", sql);
  DatabaseSpec spec = new_spec();
  spec.engine = "sqlite";
  spec.location.path = project_.path() / "other.db";
  all_engines().at("sqlite").create(spec);
  all_engines().at("sqlite").connect(spec, {})->execute(sql + "CREATE TABLE more (a integer)");

  const Report report =
      compared(here, {.kind = Kind::database, .label = "file", .databases = {spec}});

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra table more"));
}

}  // namespace
}  // namespace provision
