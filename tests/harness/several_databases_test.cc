// What verification says when several databases are verified in one go.
#include <gmock/gmock.h>

#include "harness/verify.h"
#include "tests/engine/engine_fixture.h"

namespace harness {
namespace {

using provision::Finding;
using provision::Report;
using testing::ElementsAre;

/// One revision `r`, whose downgrade is `down`.
Subject subject_of(const std::string& database, const std::string& down) {
  Subject subject{.database = database};
  subject.graph = provision::RevisionGraph({{.id = "r",
                                             .place = {database + "/r.sql", 1},
                                             .up = {{.text = "CREATE TABLE t (a integer);"}},
                                             .down = {{.text = down}}}});
  subject.walk.engine = "sqlite";
  return subject;
}

std::vector<std::string> told(const Report& report) {
  std::vector<std::string> result;
  for (const Finding& finding : report.findings) {
    result.push_back(finding.database + " " + finding.subject + " " + finding.verdict);
  }
  return result;
}

TEST(SeveralDatabases, EachFindingSaysWhoseItIs) {
  provision::Silent silent;

  const Report report =
      verify({subject_of("app", "DROP TABLE t;"), subject_of("stats", "SELECT 1;"),
              subject_of("logs", "DROP TABLE u;")},
             {.lock = LockUse::ignore}, silent);

  EXPECT_THAT(told(report), ElementsAre("stats r residue", "logs r down-failed"));
  EXPECT_EQ(report.checks[0].verdict, "ok");
}

TEST(SeveralDatabases, OneAloneNeedsNoName) {
  provision::Silent silent;

  const Report report = verify({subject_of("", "SELECT 1;")}, {.lock = LockUse::ignore}, silent);

  EXPECT_THAT(told(report), ElementsAre(" r residue"));
}

}  // namespace
}  // namespace harness
