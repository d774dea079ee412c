// A backup or a restore that is killed at any moment leaves whole backups, and the old database or
// the restored one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <random>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

using std::chrono::milliseconds;

constexpr int kRevisions = 12;
constexpr int kRounds = 6;

class BackupKillTest : public testing::TestWithParam<Target> {
 protected:
  BackupKillTest() {
    write_history(folder_, kRevisions);
    expect_done({"reset", "--no-seed"});
  }

  Answer run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-e", GetParam().environment});
    return provision(arguments, folder_.path());
  }
  void expect_done(const std::vector<std::string>& arguments) const {
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.exit_code, 0) << answer.text();
  }

  /// Kills `command` after some part of the time that it takes. True if it was still at work.
  bool killed(const std::vector<std::string>& command, milliseconds whole) {
    std::vector<std::string> words = {provision_binary()};
    words.insert(words.end(), command.begin(), command.end());
    words.insert(words.end(), {"-e", GetParam().environment});
    const milliseconds delay(std::uniform_int_distribution<long>(0, whole.count())(random_));
    Running running(words, folder_.path());
    if (!running.ends_within(delay)) running.send(SIGKILL);
    return running.wait().exit_code != 0;
  }
  milliseconds time_of(const std::vector<std::string>& command) const {
    const auto begin = std::chrono::steady_clock::now();
    expect_done(command);
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  }

  int left_over() const {
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path() / ".provision" / "backups")) {
      if (entry.path().extension() == ".partial") ++count;
    }
    return count;
  }

  SessionFolder folder_;
  std::mt19937 random_{7};
};

TEST_P(BackupKillTest, KilledBackupsLeaveOnlyWholeOnes) {
  const milliseconds whole = time_of({"backup", "--no-prove"});
  int disturbed = 0;
  for (int round = 0; round < kRounds; ++round) {
    disturbed += killed({"backup", "--no-prove"}, whole) ? 1 : 0;
  }

  EXPECT_GT(disturbed, 0);
  expect_done({"backups", "--verify"});
  expect_done({"backup", "--no-prove"});
  EXPECT_EQ(left_over(), 0);
}

TEST_P(BackupKillTest, KilledRestoresLeaveTheOldDatabaseOrTheRestoredOne) {
  expect_done({"backup", "--no-prove"});
  const milliseconds whole = time_of({"restore", "latest"});
  int disturbed = 0;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    expect_done({"downgrade", "-1"});
    disturbed += killed({"restore", "latest"}, whole) ? 1 : 0;

    const State state = state_of(folder_, GetParam());
    EXPECT_EQ(state.applied, state.tables);
    EXPECT_THAT(state.applied.size(), testing::AnyOf(kRevisions - 1, kRevisions));
    expect_done({"upgrade"});
  }

  EXPECT_GT(disturbed, 0);
  expect_done({"restore", "latest"});
}

INSTANTIATE_TEST_SUITE_P(Engines, BackupKillTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace provision::cli_tests
