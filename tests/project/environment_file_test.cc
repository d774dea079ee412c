#include "provision/project/environment_layers.h"
#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EnvironmentFileTest : public EnvironmentFixture {};

TEST_F(EnvironmentFileTest, AnEmptyDatabaseIsAnSqliteFileOfTheProject) {
  const DatabaseSpec spec = only_database("database: {}");

  EXPECT_EQ(spec.name, "default");
  EXPECT_EQ(spec.environment, "dev");
  EXPECT_EQ(spec.kind, EnvironmentKind::dev);
  EXPECT_EQ(spec.engine, "sqlite");
  EXPECT_EQ(spec.location.path, root_.path() / "var/dev.db");
  EXPECT_EQ(spec.migrations, root_.path() / "migrations");
  EXPECT_EQ(spec.seeds_folder, root_.path() / "seeds");
  EXPECT_EQ(spec.work_folder, root_.path() / ".provision");
}

TEST_F(EnvironmentFileTest, SeveralDatabasesHavePlacesOfTheirOwn) {
  write("dev", "databases:\n  users: {}\n  audit: {}\n");

  const Environment environment = read();

  ASSERT_EQ(environment.databases.size(), 2u);
  EXPECT_EQ(environment.databases[0].name, "users");
  EXPECT_EQ(environment.databases[0].location.path, root_.path() / "var/dev_users.db");
  EXPECT_EQ(environment.databases[1].migrations, root_.path() / "migrations/audit");
}

TEST_F(EnvironmentFileTest, PatternsOfFilesAreALayout) {
  const DatabaseSpec spec = only_database(
      "kind: dev\ndatabase:\n  path: x.db\n  pattern:\n    up: '{id}/up.sql'\n    down: "
      "'{id}/down.sql'\n");

  EXPECT_EQ(spec.layout, "pattern");
  EXPECT_EQ(spec.up_pattern, "{id}/up.sql");
  EXPECT_EQ(spec.down_pattern, "{id}/down.sql");
}

TEST_F(EnvironmentFileTest, AllKeysOfAServersDatabaseAreRead) {
  const DatabaseSpec spec = only_database(
      "kind: staging\ndatabase:\n  engine: postgresql\n  server: existing\n"
      "  url: postgresql://deploy@db.internal:5433/app\n  password_env: USER_PW\n"
      "  tls: verify-full\n  encoding: UTF8\n  locale: C\n  owner: app\n"
      "  extensions: [pgcrypto, uuid-ossp]\n  settings: {timezone: UTC, work_mem: 64MB, app.x: "
      "010}\n"
      "  migrations: db/app\n  layout: provision\n  schema: db/schema.sql\n  seeds: [reference, "
      "demo]\n"
      "  schemas: [public, audit]\n");

  EXPECT_EQ(spec.kind, EnvironmentKind::staging);
  EXPECT_EQ(spec.location.host, "db.internal");
  EXPECT_EQ(spec.location.port, "5433");
  EXPECT_EQ(spec.location.user, "deploy");
  EXPECT_EQ(spec.location.database, "app");
  EXPECT_EQ(spec.location.password.reveal(), "s3cret");
  EXPECT_EQ(spec.tls, "verify-full");
  EXPECT_EQ(spec.encoding + spec.locale + spec.owner + spec.layout, "UTF8Cappprovision");
  EXPECT_THAT(spec.extensions, ElementsAre("pgcrypto", "uuid-ossp"));
  EXPECT_EQ(spec.settings.at("app.x"), "010");
  EXPECT_EQ(spec.migrations, root_.path() / "db/app");
  EXPECT_THAT(spec.seeds, ElementsAre("reference", "demo"));
  EXPECT_THAT(spec.schemas, ElementsAre("public", "audit"));
}

TEST_F(EnvironmentFileTest, WhereACommandFindsItsDatabasesIsRead) {
  const DatabaseSpec said = only_database(
      "kind: test\ndatabase: {path: a.db, url_variable: APP_URL, pool: {ready: 3, max: 5}}");
  EXPECT_EQ(said.url_variable, "APP_URL");
  EXPECT_EQ(said.pool.ready, 3);
  EXPECT_EQ(said.pool.max, 5);

  const DatabaseSpec left_out = only_database("kind: test\ndatabase: {url_env: APP_URL, pool: {}}");
  EXPECT_EQ(left_out.url_variable, "APP_URL");
  EXPECT_EQ(left_out.pool.ready, 2);
  EXPECT_EQ(left_out.pool.max, 8);
  EXPECT_EQ(only_database("database: {path: a.db}").pool.ready, 0);
}

TEST_F(EnvironmentFileTest, AManagedServerMayHaveItsDataInMemory) {
  EXPECT_EQ(only_database("database: {server: managed}").storage, Storage::automatic);
  EXPECT_EQ(only_database("database: {server: managed, storage: memory}").storage, Storage::memory);
  EXPECT_EQ(only_database("database: {server: managed, storage: disk}").storage, Storage::disk);
  EXPECT_EQ(trouble_of([&] {
              only_database("kind: staging\ndatabase: {server: managed, storage: memory}");
            }),
            "environments/dev.yaml:2: data of kind 'staging' cannot be in memory alone");
}

TEST_F(EnvironmentFileTest, TheLocationTellsTheEngine) {
  EXPECT_EQ(only_database("database: {path: a.db}").engine, "sqlite");
  EXPECT_EQ(only_database("database: {url: 'sqlite:a.db'}").engine, "sqlite");
  EXPECT_EQ(only_database("database: {url: 'postgresql://h/d'}").engine, "postgresql");
  EXPECT_EQ(only_database("database: {url_env: APP_URL}").engine, "postgresql");
  EXPECT_EQ(only_database("database: {server: managed}").engine, "postgresql");
}

TEST_F(EnvironmentFileTest, APathMayBeAbsolute) {
  EXPECT_EQ(only_database("database: {path: /srv/../srv/a.db}").location.path, "/srv/a.db");
  EXPECT_EQ(only_database("database: {url: 'sqlite:x/a.db'}").location.path,
            root_.path() / "x/a.db");
}

TEST_F(EnvironmentFileTest, AManagedDatabaseIsNamedAfterTheEnvironment) {
  write("dev",
        "databases:\n  a: {server: managed}\n  b: {server: managed}\n"
        "  c: {server: managed, name: own}\n");

  const Environment environment = read();

  EXPECT_EQ(environment.databases[0].location.database, "dev_a");
  EXPECT_EQ(environment.databases[1].location.database, "dev_b");
  EXPECT_EQ(environment.databases[2].location.database, "own");
  EXPECT_EQ(environment.databases[2].server, Server::managed);
  EXPECT_EQ(only_database("database: {server: managed}").location.database, "dev");
}

TEST_F(EnvironmentFileTest, VariablesArePutInBeforeValuesAreRead) {
  variables_["KIND"] = "test";
  variables_["IS_DEFAULT"] = "true";
  write("dev",
        "kind: ${KIND}\ndefault: ${IS_DEFAULT}\ndatabase: {path: '${X:-y}/$$.db'}\n"
        "verify: {rows: '5'}\n");
  EXPECT_THAT(trouble(), HasSubstr("'rows' must be a whole number"));

  write("dev", "kind: ${KIND}\ndefault: ${IS_DEFAULT}\ndatabase: {path: '${X:-y}/$$.db'}\n");
  const Environment environment = read();
  EXPECT_EQ(environment.kind, EnvironmentKind::test);
  EXPECT_TRUE(environment.is_default);
  EXPECT_EQ(environment.databases.at(0).location.path, root_.path() / "y/$.db");
}

TEST_F(EnvironmentFileTest, TheKindMayComeFromTheName) {
  write("staging", "database: {}");

  EXPECT_EQ(read("staging").kind, EnvironmentKind::staging);
}

TEST_F(EnvironmentFileTest, TheKeysOfBackupDriftAndVerifyAreAccepted) {
  write("dev",
        "database: {}\n"
        "backup: {directory: .provision/backups, before: [upgrade, downgrade, restore], "
        "keep: {last: 5, days: 30}}\n"
        "drift: {ignore: ['table audit.*'], fail_on: [structure, privilege, comment]}\n"
        "verify: {rows: 5, exempt: {'0042': {irreversible: 'drops the legacy blob column'}}}\n");

  EXPECT_EQ(trouble(), "no error");
}

TEST_F(EnvironmentFileTest, AnSslmodeInTheUrlIsTls) {
  const DatabaseSpec spec = only_database("database: {url: 'postgresql://h/d?sslmode=require'}");

  EXPECT_EQ(spec.tls, "require");
  EXPECT_THAT(spec.location.parameters, IsEmpty());
}

TEST(IsEnvironmentName, AcceptsWhatIsSafeEverywhere) {
  for (const char* name : {"dev", "_x", "eu-west_1", "a"}) EXPECT_TRUE(is_environment_name(name));
  for (const std::string& name :
       {std::string(), std::string("Dev"), std::string("1a"), std::string("-a"), std::string("a.b"),
        std::string("a/b"), std::string("\u00e9"), std::string(64, 'a')}) {
    EXPECT_FALSE(is_environment_name(name)) << name;
  }
}

}  // namespace
}  // namespace provision
