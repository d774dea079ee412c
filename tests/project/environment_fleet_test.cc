#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class EnvironmentFleet : public EnvironmentFixture {
 protected:
  void write_urls(std::string_view text, fs::perms mode = fs::perms::owner_all) {
    std::ofstream(root_.path() / "urls") << text;
    fs::permissions(root_.path() / "urls", mode);
  }
};

TEST_F(EnvironmentFleet, AFileNamesManyDatabases) {
  write_urls("# tenants\npostgresql://u@h/one postgresql://u@h/two\n\npostgresql://u@g/three\n");

  const DatabaseSpec spec = only_database("database: {urls_file: urls, password_env: USER_PW}");

  ASSERT_EQ(spec.fleet.size(), 3U);
  EXPECT_EQ(spec.engine, "postgresql");
  EXPECT_EQ(spec.location.database, "one");
  EXPECT_EQ(spec.fleet[2].host, "g");
  EXPECT_EQ(spec.fleet[2].password.reveal(), "s3cret");
}

TEST_F(EnvironmentFleet, AVariableNamesManyDatabases) {
  variables_["FLEET"] = "sqlite:var/a.db sqlite:var/my own.db\nsqlite:var/c.db";

  const DatabaseSpec spec = only_database("database: {url_env: FLEET}");

  ASSERT_EQ(spec.fleet.size(), 3U);
  EXPECT_EQ(spec.fleet[1].path, root_.path() / "var/my own.db");
}

TEST_F(EnvironmentFleet, OneUrlIsNoFleet) {
  variables_["FLEET"] = "sqlite:var/my own.db\n";

  const DatabaseSpec spec = only_database("database: {url_env: FLEET}");

  EXPECT_TRUE(spec.fleet.empty());
  EXPECT_EQ(spec.location.path, root_.path() / "var/my own.db");
}

TEST_F(EnvironmentFleet, NoPasswordIsShown) {
  variables_["FLEET"] = "postgresql://u:s3cret@h/one postgresql://u:s3cret@h/two";
  write("dev", "database: {url_env: FLEET}");

  EXPECT_THAT(value(read(), "database.url"), AllOf(HasSubstr("2 URLs"), Not(HasSubstr("s3cret"))));

  variables_["FLEET"] = "postgresql://u@h/one bad://u:s3cret@h/two";
  EXPECT_THAT(trouble(), AllOf(HasSubstr("URL 2 of 2"), Not(HasSubstr("s3cret"))));
}

TEST_F(EnvironmentFleet, PasswordsThatOthersCanReadAreRefused) {
  write_urls("postgresql://u:s3cret@h/one", fs::perms::owner_all | fs::perms::others_read);
  write("dev", "database: {urls_file: urls}");

  EXPECT_THAT(trouble(), HasSubstr("environments/dev.yaml:1: file 'urls' has passwords"));
}

TEST_F(EnvironmentFleet, WhatIsNoFleetIsRefused) {
  write("dev", "database: {urls_file: urls}");
  write_urls("# nothing\n");
  EXPECT_THAT(trouble(), HasSubstr("file 'urls' has no URL"));

  write_urls("sqlite:a.db postgresql://h/b");
  EXPECT_THAT(trouble(), HasSubstr("several engines"));

  write("dev", "database: {urls_file: urls, url_env: APP_URL}");
  EXPECT_THAT(trouble(), HasSubstr("both say where the database is"));
}

}  // namespace
}  // namespace provision
