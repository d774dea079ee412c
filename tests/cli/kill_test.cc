// An upgrade that is ended at any moment leaves the old state or the new one, and the next upgrade
// goes on from there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <random>
#include <thread>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

using std::chrono::milliseconds;

constexpr int kRevisions = 40;

class KillTest : public testing::TestWithParam<Target> {
 protected:
  KillTest() {
    write_history(folder_, kRevisions);
    start_over();
  }

  void start_over() {
    const Answer made = run({"reset", "--no-seed", "--to", "0001"});
    ASSERT_EQ(made.exit_code, 0) << made.text();
  }

  Answer run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-e", GetParam().environment});
    return provision(arguments, folder_.path());
  }

  /// How long an upgrade takes that nobody disturbs.
  milliseconds whole_time() {
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = run({"upgrade"});
    EXPECT_EQ(answer.exit_code, 0) << answer.text();
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  }

  /// The answer of an upgrade that gets `signal` after `delay`, if it is still there.
  Answer disturbed_upgrade(int signal, milliseconds delay) const {
    Running upgrade({provision_binary(), "upgrade", "-e", GetParam().environment}, folder_.path());
    if (!upgrade.ends_within(delay)) {
      signal == SIGINT ? upgrade.send_to_all(signal) : upgrade.send(signal);
    }
    return upgrade.wait();
  }

  void expect_agreement_but_for_what_runs_outside(const State& state) {
    const std::vector<std::string> ids = history_ids(static_cast<int>(state.applied.size()));
    EXPECT_THAT(state.applied, testing::ElementsAreArray(ids));
    for (const std::string& id : history_ids(kRevisions)) {
      if (is_outside_transaction(id)) continue;
      EXPECT_EQ(state.tables.count(id), state.applied.count(id)) << id;
    }
  }

  /// Upgrades to the end. Whether the statement that ran outside a transaction when the upgrade was
  /// killed has happened is for a person to say; we look.
  void finish() {
    Answer answer = run({"upgrade"});
    for (int tries = 0; answer.text().find("--resume") != std::string::npos && tries < 2; ++tries) {
      answer = run({"upgrade", "--resume", tries == 0 ? "again" : "done"});
    }
    ASSERT_EQ(answer.exit_code, 0) << answer.text();
    const State state = state_of(folder_, GetParam());
    EXPECT_THAT(state.tables, testing::ElementsAreArray(history_ids(kRevisions)));
    EXPECT_THAT(state.applied, testing::ElementsAreArray(history_ids(kRevisions)));
    EXPECT_THAT(state.done, testing::ElementsAreArray(history_ids(kRevisions)));
  }

  void disturb_in_rounds(int rounds, int signal, unsigned seed) {
    std::mt19937 random(seed);
    const milliseconds whole = whole_time();
    int disturbed = 0;
    for (int round = 0; round < rounds && !HasFatalFailure(); ++round) {
      start_over();
      const auto delay = std::uniform_int_distribution<long>(0, whole.count())(random);
      SCOPED_TRACE("ended after " + std::to_string(delay) + " ms");
      const Answer answer = disturbed_upgrade(signal, milliseconds(delay));
      EXPECT_THAT(answer.exit_code, testing::AnyOf(0, 128 + signal)) << answer.text();
      if (answer.exit_code != 0) ++disturbed;
      if (signal != SIGKILL)
        expect_agreement_but_for_what_runs_outside(state_of(folder_, GetParam()));
      finish();
    }
    EXPECT_GT(disturbed, 0);
  }

  SessionFolder folder_;
};

TEST_P(KillTest, KilledUpgradeIsFinishedByTheNext) { disturb_in_rounds(5, SIGKILL, 1); }

TEST_P(KillTest, AnotherKilledUpgradeIsFinishedByTheNext) { disturb_in_rounds(5, SIGKILL, 2); }

TEST_P(KillTest, InterruptedUpgradeRollsBackAndSaysSo) { disturb_in_rounds(3, SIGINT, 3); }

TEST_P(KillTest, TerminatedUpgradeRollsBackAndSaysSo) { disturb_in_rounds(3, SIGTERM, 4); }

INSTANTIATE_TEST_SUITE_P(Engines, KillTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace provision::cli_tests
