// A live database against what its migrations make.
#include <gmock/gmock.h>

#include "provision/project/lock_file.h"
#include "tests/ops/drift_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DriftHeadTest : public DriftTest {
 protected:
  DriftHeadTest() {
    write_revision("a1", "base", "CREATE TABLE t (a integer PRIMARY KEY);", "DROP TABLE t;");
    write_revision("b2", "a1", "ALTER TABLE t ADD COLUMN b text;", "ALTER TABLE t DROP COLUMN b;");
  }
  void migrate() { create(workspace(), {.no_seed = true}); }
  Report against_head() {
    const DriftSource actual = environment("staging", spec_);
    return compared(head_of(actual), actual);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DriftHeadTest, testing::Values("sqlite", "postgresql"));

TEST_P(DriftHeadTest, AMigratedDatabaseIsWhatItsMigrationsMake) {
  migrate();

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
}

TEST_P(DriftHeadTest, WhatWasDoneByHandIsFound) {
  migrate();
  run("ALTER TABLE t ADD COLUMN hotfix text");

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra column t.hotfix"));
}

TEST_P(DriftHeadTest, PendingRevisionsAreNoDifference) {
  migrate();
  write_revision("c3", "b2", "CREATE TABLE later (a integer);", "DROP TABLE later;");

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  const Table* pending = table(report, "pending");
  ASSERT_NE(pending, nullptr);
  EXPECT_EQ(cell(*pending, 0, 1), "c3");
}

TEST_P(DriftHeadTest, ARevisionCanBeSaid) {
  migrate();
  options_.at = "a1";

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra column t.b"));
  EXPECT_EQ(table(report, "pending"), nullptr) << "it is applied, and not what is compared with";
}

TEST_P(DriftHeadTest, SeveralHeadsAreReplayed) {
  write_revision("x9", "a1", "CREATE TABLE branch (a integer);", "DROP TABLE branch;");
  migrate();

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_EQ(cell(*table(report, "sides"), 0, 4), "b2, x9");
}

TEST_P(DriftHeadTest, UnknownAndEditedRevisionsAreFindings) {
  migrate();
  std::filesystem::remove(spec_.migrations / "b2_x.sql");
  write_revision("a1", "base", "CREATE TABLE t (a integer PRIMARY KEY); -- edited",
                 "DROP TABLE t;");

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report),
              ElementsAre("unknown-revision revision b2", "edited-revision revision a1",
                          "extra column t.b"));
}

TEST_P(DriftHeadTest, ADatabaseWithoutARecordNeedsToBeToldWhere) {
  engine().create(spec_);
  run("CREATE TABLE t (a integer PRIMARY KEY)");

  const Error error = error_of([&] { against_head(); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.hint(), HasSubstr("--at"));
}

TEST_P(DriftHeadTest, AnEmptyDatabaseIsAtBase) {
  engine().create(spec_);

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_EQ(table(report, "pending")->rows.size(), 2U);
}

TEST_P(DriftHeadTest, AProofOfTheLockFileMakesScratchUnneeded) {
  migrate();
  const RevisionGraph graph = workspace().revisions(spec_);
  const SchemaSnapshot now = connect(spec_, Access::read)->schema_reader({})->snapshot();
  LockFile locked;
  for (const Revision& revision : graph.revisions()) {
    locked[revision.id] = {revision.parents, checksum(revision), {}};
  }
  const std::string major = now.version.substr(0, now.version.find('.'));
  locked["b2"].proofs[now.engine + "-" + major] = fingerprint(now);
  write_file(lock_file_path(spec_.migrations), lock_file_text(locked, graph));

  const Report report = against_head();

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_THAT(cell(*table(report, "sides"), 0, 3), HasSubstr("provision.lock"));
}

struct OtherTool {
  std::string name;
  std::string layout;
  std::string first_file;
  std::string second_file;
  std::string table;
};

TEST_P(DriftHeadTest, VersionTablesOfOtherToolsAreRead) {
  const std::vector<OtherTool> tools = {
      {"one row", "golang-migrate", "0001_a.up.sql", "0002_b.up.sql",
       "CREATE TABLE schema_migrations (version bigint, dirty boolean);"
       "INSERT INTO schema_migrations VALUES (1, false)"},
      {"a row a version", "dbmate", "0001_a.sql", "0002_b.sql",
       "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);"
       "INSERT INTO schema_migrations VALUES ('0001')"},
      {"rows that are taken back", "goose", "00001_a.sql", "00002_b.sql",
       "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint, is_applied "
       "boolean); INSERT INTO goose_db_version VALUES (1, 0, true), (2, 1, true), (3, 2, true), "
       "(4, 2, false)"},
  };
  for (const OtherTool& tool : tools) {
    SCOPED_TRACE(tool.name);
    spec_ = new_database();
    spec_.migrations = project_.path() / tool.layout;
    spec_.layout = tool.layout;
    make_folder(spec_.migrations);
    const std::string mark = tool.layout == "dbmate"  ? "-- migrate:up\n"
                             : tool.layout == "goose" ? "-- +goose Up\n"
                                                      : "";
    write_file(spec_.migrations / tool.first_file, mark + "CREATE TABLE t (a integer);\n");
    write_file(spec_.migrations / tool.second_file, mark + "CREATE TABLE u (a integer);\n");
    run("CREATE TABLE t (a integer); " + tool.table);

    const Report report = against_head();

    EXPECT_THAT(lines_of_findings(report), IsEmpty());
    EXPECT_EQ(table(report, "pending")->rows.size(), 1U);
  }
}

}  // namespace
}  // namespace provision
