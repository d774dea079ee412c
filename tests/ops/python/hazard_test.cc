// Revisions that do to their Python what none should: what comes of it is said of them alone, and
// the walk goes on.
#include <gmock/gmock.h>

#include "tests/ops/python/verify_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class PythonHazardTest : public PythonVerifyTest {
 protected:
  /// Writes `hazards`, none of which needs another, and expects each one's verdict.
  Report expect_verdicts(const std::vector<Defect>& hazards) {
    write({kFirst});
    for (const Defect& hazard : hazards) write_beside(hazard);
    const Report report = verified(0);
    auto verdict_of = verdicts(report);
    for (const Defect& hazard : hazards) {
      EXPECT_EQ(verdict_of[hazard.id], hazard.verdict) << hazard.id << "\n" << told(report);
    }
    return report;
  }

  static std::string detail_of(const Report& report, const std::string& id) {
    for (const Finding& finding : report.findings) {
      if (finding.subject == id) return finding.detail;
    }
    return "";
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, PythonHazardTest, testing::Values("sqlite", "postgresql"));

TEST_P(PythonHazardTest, TransactionsOfTheRevisionsOwnAreAsAlembicHasThem) {
  const bool is_sqlite = GetParam() == "sqlite";
  expect_verdicts({
      {"h1",
       "op.execute('CREATE TABLE one (a integer)')\n"
       "    with op.get_context().autocommit_block():\n"
       "        op.execute('CREATE TABLE two (a integer)')",
       "op.execute('DROP TABLE two')\n"
       "    with op.get_context().autocommit_block():\n"
       "        op.execute('DROP TABLE one')",
       "ok", true},
      // pysqlite has no transaction open there.
      {"h2",
       "op.execute('CREATE TABLE three (a integer)')\n    op.get_bind().execute(sa.text('COMMIT'))",
       "op.execute('DROP TABLE three')", is_sqlite ? "up-failed" : "ok", true},
      // What was committed before it failed is found there by nobody who comes later.
      {"h3",
       "op.execute('CREATE TABLE four (a integer)')\n"
       "    with op.get_context().autocommit_block():\n        raise ValueError('no')",
       "", "up-failed", true},
      {"h4", "op.execute('CREATE TABLE four (a integer)')", "op.execute('DROP TABLE four')", "ok",
       true},
  });
}

using PythonProcessTest = PythonHazardTest;
INSTANTIATE_TEST_SUITE_P(Engines, PythonProcessTest, testing::Values("sqlite"));

TEST_P(PythonProcessTest, WhatARevisionDoesToItsProcessIsNoOtherOnesFinding) {
  const Report report = expect_verdicts({
      {"h01", "import os; os.chdir('/')", "", "ok", true},
      {"h02", "import os, sys; os.write(1, bytes(range(256))); sys.stdout.buffer.write(b'\\xff{}')",
       "", "ok", true},
      {"h03", "import sys; sys.stdout = None; sys.stderr = open('/dev/full', 'w')",
       "import sys; sys.stdout = sys.__stdout__", "ok", true},
      {"h04", "import threading, time; threading.Thread(target=time.sleep, args=(900,)).start()",
       "", "ok", true},
      {"h05", "import os\n    if os.fork() == 0: raise ValueError('in the child')\n    os.wait()",
       "", "ok", true},
      {"h06", "import sys; sys.exit()", "", "up-failed", true},
      {"h07", "raise ValueError('\\udcff \\x1b[31m')", "", "up-failed", true},
      {"h08", "raise KeyboardInterrupt", "", "up-failed", true},
      {"h09", "def again(): again()\n    again()", "", "up-failed", true},
      {"h10", "op.execute('CREATE TABLE one (a integer)')", "op.execute('DROP TABLE one')", "ok",
       true},
  });

  EXPECT_THAT(detail_of(report, "h06"), HasSubstr("SystemExit"));
  EXPECT_THAT(detail_of(report, "h07"), HasSubstr("ValueError: ?"));
}

TEST_P(PythonProcessTest, PythonThatHangsOrFallsSilentIsKilledAndTheWalkGoesOn) {
  step_timeout_ = std::chrono::seconds(5);
  const Report report = expect_verdicts({
      {"h1", "op.execute('CREATE TABLE one (a integer)')", "import time; time.sleep(900)",
       "down-failed", true},
      {"h2", "import os; os.closerange(3, 100)", "", "up-failed", true},
      {"h3", "op.execute('CREATE TABLE two (a integer)')", "op.execute('DROP TABLE two')", "ok",
       true},
  });

  EXPECT_THAT(detail_of(report, "h1"), HasSubstr("did not answer within 5 s"));
  EXPECT_THAT(detail_of(report, "h2"), HasSubstr("ended with exit code 1"));
}

}  // namespace
}  // namespace provision
