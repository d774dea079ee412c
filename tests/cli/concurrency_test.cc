// Several upgrades of one database at once: every revision is applied exactly once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

constexpr int kRevisions = 20;

class ConcurrencyTest : public testing::TestWithParam<Target> {
 protected:
  ConcurrencyTest() {
    write_history(folder_, kRevisions);
    const Answer made = provision({"create", "--empty", "-e", environment()}, folder_.path());
    EXPECT_EQ(made.exit_code, 0) << made.text();
  }

  std::string environment() const { return GetParam().environment; }

  std::vector<Answer> upgrade_at_once(int count) {
    std::vector<std::unique_ptr<Running>> runs;
    for (int i = 0; i < count; ++i) {
      runs.push_back(std::make_unique<Running>(
          std::vector<std::string>{provision_binary(), "upgrade", "-e", environment()},
          folder_.path()));
    }
    std::vector<Answer> answers;
    for (const auto& run : runs) answers.push_back(run->wait());
    return answers;
  }

  void expect_each_revision_once() {
    const State state = state_of(folder_, GetParam());
    EXPECT_THAT(state.tables, testing::ElementsAreArray(history_ids(kRevisions)));
    EXPECT_THAT(state.applied, testing::ElementsAreArray(history_ids(kRevisions)));
    EXPECT_THAT(state.done, testing::ElementsAreArray(history_ids(kRevisions)));
  }

  SessionFolder folder_;
};

TEST_P(ConcurrencyTest, TwoUpgradesAtOnceApplyEachRevisionOnce) {
  for (const Answer& answer : upgrade_at_once(2)) EXPECT_EQ(answer.exit_code, 0) << answer.text();

  expect_each_revision_once();
}

TEST_P(ConcurrencyTest, FourUpgradesAtOnceApplyEachRevisionOnce) {
  for (const Answer& answer : upgrade_at_once(4)) EXPECT_EQ(answer.exit_code, 0) << answer.text();

  expect_each_revision_once();
}

INSTANTIATE_TEST_SUITE_P(Engines, ConcurrencyTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace provision::cli_tests
