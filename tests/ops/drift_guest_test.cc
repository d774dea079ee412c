// What drift does to a server that is at work: nothing, and it waits for nobody.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "provision/base/text.h"
#include "tests/ops/drift_fixture.h"
#include "tests/ops/server_programs.h"

namespace provision {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DriftGuestTest : public DriftTest {
 protected:
  DriftGuestTest() {
    spec_.seeds = {"reference"};
    write_seed("reference",
               "- table: t\n  key: [code]\n  mode: upsert\n  rows:\n    - {code: a}\n");
    write_revision("a1", "base", "CREATE TABLE t (code text PRIMARY KEY);", "DROP TABLE t;");
  }
  /// The environment, with its seeds.
  DriftSource migrated() {
    create(workspace(), {});
    return environment("staging", spec_);
  }
  static std::vector<std::string> not_compared(const Report& report) {
    std::vector<std::string> lines;
    const Table* marks = table(report, "not_compared");
    for (size_t i = 0; marks != nullptr && i < marks->rows.size(); ++i) {
      lines.push_back(cell(*marks, i, 1));
    }
    return lines;
  }

  FolderForServers outside_;
};
INSTANTIATE_TEST_SUITE_P(Engines, DriftGuestTest, testing::Values("postgresql"));

TEST_P(DriftGuestTest, ATableThatIsLockedIsMarkedAndNotWaitedFor) {
  const DriftSource staging = migrated();
  options_.data = true;
  const auto migration = connect(spec_);
  migration->execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  const Stopwatch watch;

  const Report report = compared(head_of(staging), staging);

  EXPECT_LT(watch.elapsed(), std::chrono::seconds(10));
  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_THAT(not_compared(report), Contains("rows of table t, locked by another session"));
  EXPECT_THAT(report.summary, HasSubstr("not compared"));
}

TEST_P(DriftGuestTest, ManyLockedTablesAreWaitedForOnce) {
  constexpr int kTables = 12;
  std::string seeds;
  std::string tables;
  std::string locked;
  for (int i = 0; i < kTables; ++i) {
    seeds += fmt::format("- table: t{0}\n  key: [code]\n  rows:\n    - {{code: a}}\n", i);
    tables += fmt::format("CREATE TABLE t{} (code text PRIMARY KEY);", i);
    locked += fmt::format("{}t{}", i == 0 ? "" : ", ", i);
  }
  write_seed("reference", seeds);
  write_revision("a2", "a1", tables, "");
  const DriftSource staging = migrated();
  options_.data = true;
  const auto migration = connect(spec_);
  migration->execute("BEGIN; LOCK TABLE " + locked + " IN ACCESS EXCLUSIVE MODE");
  const Stopwatch watch;

  const Report report = compared(staging, staging);

  EXPECT_LT(watch.elapsed(), std::chrono::seconds(10));
  EXPECT_THAT(not_compared(report), Contains("rows of table t11, locked by another session"));
}

TEST_P(DriftGuestTest, ALockedRecordOfRevisionsIsToldWhereItIsNeeded) {
  const DriftSource staging = migrated();
  const auto migration = connect(spec_);
  migration->execute("BEGIN; LOCK TABLE provision.applied IN ACCESS EXCLUSIVE MODE");

  const Error error = error_of([&] { compared(head_of(staging), staging); });
  const Report report =
      compared(database("other", "CREATE TABLE t (code text PRIMARY KEY)"), staging);

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("'staging' cannot be read: locked by another session"));
  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_THAT(not_compared(report), ElementsAre("record of revisions, locked by another session"));
}

TEST_P(DriftGuestTest, RowsThatARoleMayNotReadAreMarked) {
  const DriftSource staging = migrated();
  options_.data = true;
  const std::string role = "role_" + random_hex(6);
  run("CREATE ROLE " + role + " LOGIN");
  DatabaseSpec guest = engine().located(spec_);
  guest.server = Server::existing;
  guest.location.user = role;
  const Report may_see = compared(staging, environment("guest", guest));
  run("REVOKE USAGE ON SCHEMA public FROM public");
  const Report may_not = compared(staging, environment("guest", guest));

  EXPECT_THAT(lines_of_findings(may_see), IsEmpty());
  EXPECT_THAT(not_compared(may_see), Contains("rows of table t, permission denied for table t"));
  EXPECT_THAT(not_compared(may_not),
              Contains("rows of table t, in a schema that the role may not use"));
}

TEST_P(DriftGuestTest, NoTransactionIdIsTaken) {
  const DriftSource staging = migrated();
  options_.data = true;
  const auto watcher = connect(spec_);
  const auto next_id = [&] {
    return only_value(*watcher, "SELECT pg_snapshot_xmax(pg_current_snapshot())");
  };
  const std::string before = next_id();

  compared(staging, staging);

  EXPECT_EQ(next_id(), before);
}

TEST_P(DriftGuestTest, AStandbyIsRead) {
  const DriftSource primary = migrated();
  const Standby server(engine().located(spec_).location.host, outside_.path());
  DatabaseSpec standby = engine().located(spec_);
  standby.server = Server::existing;
  standby.location.host = server.folder().string();

  const Report report = compared(primary, environment("standby", standby));

  EXPECT_THAT(lines_of_findings(report), IsEmpty()) << report.summary;
}

}  // namespace
}  // namespace provision
