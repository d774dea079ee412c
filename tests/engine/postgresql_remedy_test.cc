#include <gmock/gmock.h>

#include "provision/engine/postgresql/remedy.h"

namespace provision::postgresql {
namespace {

using testing::HasSubstr;

TEST(Remedy, NamesThePackageOfAnExtensionThatTheServerLacks) {
  const auto hint = [](const std::string& extension) {
    return with_remedy(
               refused("extension \"" + extension + "\" is not available").with_code("0A000"),
               150018)
        .hint();
  };

  EXPECT_THAT(hint("postgis"), HasSubstr("apt-get install postgresql-15-postgis-3"));
  EXPECT_THAT(hint("pg_trgm"), HasSubstr("apt-get install postgresql-contrib"));
  EXPECT_THAT(hint("ip4r"), HasSubstr("apt-get install postgresql-15-ip4r"));
}

TEST(Remedy, SaysHowAMissingRoleGetsThere) {
  const Error error =
      with_remedy(refused("role \"app\" does not exist").with_code("42704").with_line(7), 150018);

  EXPECT_THAT(error.hint(), HasSubstr("CREATE ROLE \"app\""));
  EXPECT_EQ(error.code(), "42704");
  EXPECT_EQ(error.place().line, 7);
}

TEST(Remedy, NamesTheExtensionThatBringsWhatIsMissing) {
  const auto hint = [](const std::string& message, const std::string& code) {
    return with_remedy(refused(message).with_code(code), 150018).hint();
  };

  EXPECT_THAT(
      hint("operator class \"gin_trgm_ops\" does not exist for access method \"gin\"", "42704"),
      HasSubstr("CREATE EXTENSION \"pg_trgm\""));
  EXPECT_THAT(hint("function uuid_generate_v4() does not exist", "42883"),
              HasSubstr("CREATE EXTENSION \"uuid-ossp\""));
  EXPECT_EQ(hint("function total() does not exist", "42883"), "");
}

TEST(Remedy, LeavesOtherErrorsAsTheyAre) {
  const Error error = refused("type \"role\" does not exist", "look again").with_code("42704");

  EXPECT_EQ(with_remedy(error, 150018).hint(), "look again");
}

}  // namespace
}  // namespace provision::postgresql
