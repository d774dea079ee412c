#include "provision/base/whoami.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "provision/base/text.h"
#include "provision/base/variables.h"

namespace provision {
namespace {

TEST(SessionName, SaysWhatWhoAndWhichProcess) {
  const std::string name = session_name("upgrade");

  EXPECT_THAT(name, testing::StartsWith("provision upgrade ("));
  EXPECT_THAT(name, testing::EndsWith(", process " + std::to_string(getpid()) + ")"));
}

TEST(SessionName, IsNeverLongerThanPostgresqlKeeps) {
  for (size_t size = 0; size < 200; ++size) {
    const std::string name = session_name(std::string(size, 'x') + "ééééé");

    EXPECT_LE(name.size(), 63U);
    EXPECT_TRUE(is_utf8(name));
    EXPECT_THAT(name, testing::EndsWith(", process " + std::to_string(getpid()) + ")"));
  }
}

TEST(UtcNow, HasTheFormOfTheStandard) {
  EXPECT_THAT(utc_now(), testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"));
  EXPECT_THAT(utc_digits(), testing::MatchesRegex("[0-9]{14}"));
}

TEST(Variables, AreFoundByName) {
  const Variables variables = {{"A", "1"}, {"B", ""}};

  EXPECT_EQ(find_variable(variables, "A"), "1");
  EXPECT_EQ(find_variable(variables, "B"), "");
  EXPECT_EQ(find_variable(variables, "C"), std::nullopt);
}

TEST(Variables, ThoseOfLibpqAreForgottenAndNoOthers) {
  setenv("PGHOSTADDR", "192.0.2.1", 1);
  setenv("PROVISION_TEST", "a=b", 1);

  forget_postgresql_variables();

  const Variables left = current_variables();
  EXPECT_FALSE(left.contains("PGHOSTADDR"));
  EXPECT_EQ(find_variable(left, "PROVISION_TEST"), "a=b");
  unsetenv("PROVISION_TEST");
}

}  // namespace
}  // namespace provision
