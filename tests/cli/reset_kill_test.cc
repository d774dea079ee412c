// A reset that is killed at any moment leaves the old database or the new one, whether it builds a
// template or copies one, and the next reset works and leaves nothing behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <random>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

using std::chrono::milliseconds;

constexpr int kOld = 8;
constexpr int kNew = 14;

class ResetKillTest : public testing::TestWithParam<Target> {
 protected:
  ResetKillTest() {
    write_history(folder_, kOld);
    must_reset();
    write_history(folder_, kNew);
  }

  Answer run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-e", GetParam().environment});
    return provision(arguments, folder_.path());
  }
  void must_reset(const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"reset"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Answer answer = run(arguments);
    ASSERT_EQ(answer.exit_code, 0) << answer.text();
  }
  /// Each round's template is another one, for its last revision is.
  void edit_last_revision(int round) const {
    folder_.write("migrations/9999_last.sql",
                  "-- revision: 9999\n-- parents: 00" + std::to_string(kNew) +
                      "\n-- message: round " + std::to_string(round) +
                      "\n\n-- provision:up\nSELECT 1;\n-- provision:down\nSELECT 1;\n");
  }
  void kill_reset_after(milliseconds delay) const {
    Running reset({provision_binary(), "reset", "-e", GetParam().environment}, folder_.path());
    if (!reset.ends_within(delay)) reset.send(SIGKILL);
    reset.wait();
  }
  void expect_old_or_new() const {
    const State state = state_of(folder_, GetParam());
    EXPECT_THAT(state.tables.size(), testing::AnyOf(size_t{kOld}, size_t{kNew}));
    EXPECT_THAT(state.applied.size(),
                testing::AnyOf(size_t{kOld}, size_t{kOld} + 1, size_t{kNew}, size_t{kNew} + 1));
  }

  SessionFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Engines, ResetKillTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

TEST_P(ResetKillTest, LeavesTheOldDatabaseOrTheNewOne) {
  std::mt19937 random(7);
  const auto begin = std::chrono::steady_clock::now();
  edit_last_revision(0);
  must_reset();
  const auto whole =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
  for (int round = 1; round <= 5 && !HasFatalFailure(); ++round) {
    edit_last_revision(round);
    const auto delay = std::uniform_int_distribution<long>(0, whole.count())(random);
    SCOPED_TRACE("killed after " + std::to_string(delay) + " ms");
    kill_reset_after(milliseconds(delay));
    expect_old_or_new();
    must_reset();
    EXPECT_EQ(state_of(folder_, GetParam()).tables.size(), size_t{kNew});
  }
  // What the killed ones left is known, and goes.
  run({"gc", "--yes"});
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / ".provision" / "claims"));
}

}  // namespace
}  // namespace provision::cli_tests
