// `gc`: what provision keeps goes when it is old or too much, and nothing else does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class GcTest : public testing::TestWithParam<Target> {
 protected:
  GcTest() { write_history(folder_, 2); }

  Answer run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-e", GetParam().environment});
    return provision(arguments, folder_.path());
  }

  SessionFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Engines, GcTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

TEST_P(GcTest, RemovesTemplatesThatAreTooManyAndDatabasesThatAreOld) {
  for (int count = 2; count <= 3; ++count) {
    write_history(folder_, count);
    ASSERT_EQ(run({"reset"}).exit_code, 0);
  }
  ASSERT_EQ(provision({"run", "-e", GetParam().environment, "--keep", "always", "--", "true"},
                      folder_.path())
                .exit_code,
            0);
  EXPECT_THAT(run({"doctor"}).output, HasSubstr("2 templates"));

  EXPECT_THAT(run({"gc"}).output,
              Not(testing::ContainsRegex("provision_template_|provision_run_")));
  for (const bool dry_run : {true, false}) {
    std::vector<std::string> arguments = {"gc", "--keep", "1"};
    if (dry_run) arguments.emplace_back("--dry-run");
    const Answer told = run(arguments);
    EXPECT_THAT(told.output, HasSubstr("provision_template_"));
    EXPECT_THAT(told.output, HasSubstr(dry_run ? "would be removed" : " removed"));
  }
  EXPECT_THAT(run({"doctor"}).output, HasSubstr("1 template"));
  // The template that was used last is still there.
  EXPECT_THAT(run({"reset"}).output, HasSubstr("from a template"));

  const Answer all = run({"gc", "--older-than", "0s"});
  EXPECT_THAT(all.output, HasSubstr("provision_run_"));
  EXPECT_THAT(run({"status"}).output, HasSubstr("up to date"));
}

TEST(GcOfRestores, RemovesWhatAKilledOneLeftBesideAStagingDatabase) {
  const SessionFolder folder;
  write_history(folder, 1);
  folder.write("environments/staging.yaml", "kind: staging\ndatabase: {path: var/staging.db}\n");
  ASSERT_EQ(provision({"create", "-e", "staging"}, folder.path()).exit_code, 0);
  const auto beside = folder.path() / "var/staging.db.new-1";
  std::filesystem::copy_file(folder.path() / "var/staging.db", beside);
  folder.write(".provision/claims/staging.db.new-1",
               "staging\ndefault\n" + beside.string() + "\nown\n");

  const Answer answer = provision({"gc", "-e", "dev"}, folder.path());

  EXPECT_THAT(answer.output, HasSubstr("unfinished database of 'staging'"));
  EXPECT_FALSE(std::filesystem::exists(beside)) << answer.text();
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "var/staging.db"));
}

}  // namespace
}  // namespace provision::cli_tests
