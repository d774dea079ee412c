#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class EnvironmentExtends : public EnvironmentFixture {};

TEST_F(EnvironmentExtends, AFileWinsKeyByKeyOverWhatItExtends) {
  write("base",
        "kind: test\ndatabase:\n  engine: postgresql\n  url: postgresql://h/base\n"
        "  settings: {a: 1, b: 2}\n  seeds: [x, y]\n");
  write("ci", "extends: base\ndatabase:\n  settings: {b: 3}\n  seeds: [z]\n");

  const DatabaseSpec spec = read("ci").databases.at(0);

  EXPECT_EQ(spec.kind, EnvironmentKind::test);
  EXPECT_EQ(spec.location.database, "base");
  EXPECT_EQ(spec.settings.at("a") + spec.settings.at("b"), "13");
  EXPECT_THAT(spec.seeds, ElementsAre("z"));
}

TEST_F(EnvironmentExtends, FilesExtendEachOtherInAChain) {
  write("a", "database: {path: a.db, migrations: a}");
  write("b", "extends: a\ndatabase: {path: b.db, seeds: [b]}");
  write("dev", "extends: b\ndatabase: {path: dev.db}");

  const DatabaseSpec spec = read().databases.at(0);

  EXPECT_EQ(spec.location.path, root_.path() / "dev.db");
  EXPECT_EQ(spec.migrations, root_.path() / "a");
  EXPECT_THAT(spec.seeds, ElementsAre("b"));
}

TEST_F(EnvironmentExtends, AnotherWayToSayWhereReplacesTheInheritedOne) {
  write("base", "database: {url: 'postgresql://h/d', password_env: NONE}");
  write("dev", "extends: base\ndatabase: {url_env: OTHER, password_file: pw}");
  variables_["OTHER"] = "postgresql://h/other";
  std::ofstream(root_.path() / "pw") << "from file\n";
  fs::permissions(root_.path() / "pw", fs::perms::owner_read);

  const DatabaseSpec spec = read().databases.at(0);

  EXPECT_EQ(spec.location.database, "other");
  EXPECT_EQ(spec.location.password.reveal(), "from file");
}

TEST_F(EnvironmentExtends, BeingTheDefaultIsNotInherited) {
  write("dev", "default: true\ndatabase: {}");
  write("ci", "extends: dev\nkind: test\n");

  EXPECT_TRUE(read("dev").is_default);
  EXPECT_FALSE(read("ci").is_default);
}

TEST_F(EnvironmentExtends, AnUnsetVariableOfAnOverriddenValueDoesNotMatter) {
  write("base", "database: {path: '${NONE}'}");
  write("dev", "extends: base\ndatabase: {path: a.db}");

  EXPECT_EQ(trouble(), "no error");
}

TEST_F(EnvironmentExtends, AnInheritedKindMustNotContradictTheName) {
  write("dev", "kind: dev\ndatabase: {}");
  write("production", "extends: dev\n");
  EXPECT_EQ(
      trouble("production"),
      "environments/dev.yaml:1: environment 'production' would inherit kind 'dev' from here | "
      "say 'kind: production' in environments/production.yaml");

  write("production", "extends: dev\nkind: production\n");
  EXPECT_EQ(read("production").kind, EnvironmentKind::production);
}

}  // namespace
}  // namespace provision
