#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class EnvironmentOutlines : public EnvironmentFixture {};
class EnvironmentValues : public EnvironmentFixture {};

TEST_F(EnvironmentValues, EveryValueTellsWhereItComesFrom) {
  write("base", "kind: dev\ndatabase:\n  url_env: APP_URL\n  seeds: [a, b]\n");
  write("ci", "extends: base\nkind: test\ndatabase:\n  owner: ${WHO}\n  settings: {a: 1}\n");
  variables_["WHO"] = "ada";

  const Environment environment = read("ci");

  EXPECT_EQ(value(environment, "kind"), "test (environments/ci.yaml:2)");
  EXPECT_EQ(value(environment, "database.owner"), "ada (variable WHO (environments/ci.yaml:4))");
  EXPECT_EQ(value(environment, "database.seeds"), "a, b (environments/base.yaml:4)");
  EXPECT_EQ(value(environment, "database.settings.a"), "1 (environments/ci.yaml:5)");
  EXPECT_EQ(value(environment, "database.url_env"), "APP_URL (environments/base.yaml:3)");
  EXPECT_THAT(value(environment, "database.url"),
              HasSubstr("(variable APP_URL (environments/base.yaml:3))"));
  EXPECT_EQ(value(environment, "database.engine"), "postgresql (default)");
  EXPECT_EQ(value(environment, "database.migrations"), "migrations (default)");
}

TEST_F(EnvironmentValues, DefaultsAreAmongTheValues) {
  write("dev", "databases: {a: {}, b: {server: managed}}");

  const Environment environment = read();

  EXPECT_EQ(value(environment, "kind"), "dev (default)");
  EXPECT_EQ(value(environment, "databases.a.engine"), "sqlite (default)");
  EXPECT_EQ(value(environment, "databases.a.path"), "var/dev_a.db (default)");
  EXPECT_EQ(value(environment, "databases.a.migrations"), "migrations/a (default)");
  EXPECT_EQ(value(environment, "databases.b.name"), "dev_b (default)");
}

TEST_F(EnvironmentValues, NoValueShowsAPassword) {
  std::ofstream(root_.path() / "pw") << "s3cret";
  fs::permissions(root_.path() / "pw", fs::perms::owner_all);
  for (const char* keys : {"url: 'postgresql://u:${USER_PW}@h/d'", "url: '${APP_URL}'",
                           "url_env: APP_URL", "url: postgresql://u@h/d\n  password_env: USER_PW",
                           "url: postgresql://u@h/d\n  password_file: pw"}) {
    write("dev", fmt::format("database:\n  {}\n", keys));
    const Environment environment = read();
    EXPECT_EQ(environment.databases.at(0).location.password.reveal(), "s3cret") << keys;
    for (const ConfiguredValue& shown : environment.values) {
      EXPECT_THAT(shown.value, testing::Not(HasSubstr("s3cret"))) << keys;
    }
  }
  EXPECT_EQ(value(read(), "database.password"), "*** (file pw (environments/dev.yaml:3))");
}

TEST_F(EnvironmentOutlines, AnOutlineOfAUsableEnvironmentHasNoProblem) {
  write("ci", "kind: test\ndefault: true\ndatabases: {a: {}, b: {url_env: APP_URL}}");

  const EnvironmentOutline outline = outline_environment(root_.path(), "ci", variables_);

  EXPECT_EQ(outline.problem, "");
  EXPECT_EQ(outline.kind, EnvironmentKind::test);
  EXPECT_TRUE(outline.is_default);
  ASSERT_EQ(outline.databases.size(), 2u);
  EXPECT_EQ(outline.databases[0].name + outline.databases[0].engine, "asqlite");
  EXPECT_EQ(outline.databases[1].name + outline.databases[1].engine, "bpostgresql");
}

TEST_F(EnvironmentOutlines, AnOutlineTellsWhatItCanWithoutVariables) {
  write("staging", "databases:\n  a: {url_env: NONE}\n  b: {engine: postgresql, url: '${NONE}'}\n");

  const EnvironmentOutline outline = outline_environment(root_.path(), "staging", variables_);

  EXPECT_THAT(outline.problem, HasSubstr("variable 'NONE' is not set"));
  EXPECT_EQ(outline.kind, EnvironmentKind::staging);
  ASSERT_EQ(outline.databases.size(), 2u);
  EXPECT_EQ(outline.databases[0].engine, "");
  EXPECT_EQ(outline.databases[1].engine, "postgresql");
}

TEST_F(EnvironmentOutlines, AnOutlineOfAFileForOthersHasNeitherKindNorProblem) {
  write("base", "database: {}");

  const EnvironmentOutline outline = outline_environment(root_.path(), "base", variables_);

  EXPECT_EQ(outline.kind, std::nullopt);
  EXPECT_EQ(outline.problem, "");
}

TEST_F(EnvironmentOutlines, AnOutlineOfAMalformedFileIsItsProblem) {
  write("dev", "kind: dev\nkind: dev\n");

  EXPECT_EQ(outline_environment(root_.path(), "dev", variables_).problem,
            "environments/dev.yaml:2: key 'kind' is there twice, first on line 1");
}

}  // namespace
}  // namespace provision
