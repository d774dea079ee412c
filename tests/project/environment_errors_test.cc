#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::StartsWith;

class EnvironmentErrors : public EnvironmentFixture {};

TEST_F(EnvironmentErrors, WhatIsWrongIsAnErrorAtItsLine) {
  const std::string e = "environments/dev.yaml";
  const std::string no_password =
      "a password does not belong in a file that others read | use 'password_env: NAME', "
      "'password_file: PATH' or 'url_env: NAME'";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", e + ":1: an environment must be a mapping, not empty"},
      {"- a", e + ":1: an environment must be a mapping, not a list"},
      {"kind: dev", e + ":1: no database | add 'database:' with its keys below it"},
      {"kidn: dev\ndatabase: {}",
       e + ":1: unknown key 'kidn' in environment 'dev' | did you mean 'kind'?"},
      {"kind: prod\ndatabase: {}", e + ":1: unknown kind 'prod' | did you mean 'production'?"},
      {"kind:\ndatabase: {}", e + ":1: 'kind' must be text, not empty"},
      {"default: yes\ndatabase: {}", e + ":1: 'default' must be true or false, not 'yes'"},
      {"database: a.db", e + ":1: database 'default' must be a mapping, not 'a.db'"},
      {"database: {}\ndatabases: {}", e + ":2: both 'database' and 'databases' | keep one of them"},
      {"databases: {}", e + ":1: 'databases' has no database"},
      {"databases: [a]", e + ":1: 'databases' must be a mapping, not a list"},
      {"databases:\n  App: {}",
       e + ":2: 'App' cannot name a database | use a-z, 0-9, '_' and '-', a letter first, at most "
           "63 characters"},
      {"databases:\n  app:\n    pth: a.db",
       e + ":3: unknown key 'pth' in database 'app' | did you mean 'path'?"},
      {"database:\n  engine: postgres\n  url: postgresql://h/d",
       e + ":2: unknown engine 'postgres' | did you mean 'postgresql'?"},
      {"database: {engine: oracle}", e + ":1: unknown engine 'oracle' | known: sqlite, postgresql"},
      {"database:\n  engine: postgresql\n  path: a.db",
       e + ":2: engine 'postgresql' contradicts 'path', which is for 'sqlite'"},
      {"database:\n  engine: sqlite\n  url: postgresql://h/d",
       e + ":2: engine 'sqlite' contradicts 'url', which is for 'postgresql'"},
      {"database:\n  engine: sqlite\n  server: managed",
       e + ":2: engine 'sqlite' contradicts 'server: managed', which is for 'postgresql'"},
      {"database:\n  path: a.db\n  url: sqlite:b.db",
       e + ":3: 'path' and 'url' both say where the database is"},
      {"database:\n  engine: postgresql",
       e + ":2: database 'default' does not say where it is | give 'url' or 'url_env', or 'server: "
           "managed'"},
      {"database: {server: mananged}",
       e + ":1: unknown server 'mananged' | did you mean 'managed'?"},
      {"database:\n  server: managed\n  storage: ram",
       e + ":3: unknown storage 'ram' | known: memory, disk"},
      {"database:\n  url: postgresql://h/d\n  storage: memory",
       e + ":3: 'storage' is for a managed server | an existing one keeps its data where it does"},
      {"database:\n  server: managed\n  url: postgresql://h/d",
       e + ":3: 'url' does not go with a managed server"},
      {"database:\n  url: postgresql://h/d\n  name: x",
       e + ":3: 'name' is for a managed server's database | the name of an existing one is in its "
           "url"},
      {"database:\n  tls: require\n  path: a.db", e + ":2: 'tls' does not go with engine 'sqlite'"},
      {"database:\n  path: a.db\n  url_variable: 1-URL",
       e + ":3: '1-URL' cannot name a variable | use letters, digits and '_', no digit first"},
      {"database:\n  path: a.db\n  pool: {ready: 4, max: 3}",
       e + ":3: 'max' (3) is less than 'ready' (4)"},
      {"kind: production\ndatabase:\n  path: a.db\n  pool: {ready: 4}",
       e + ":4: 'pool' does not go with kind 'production'"},
      {"database: {path: ''}", e + ":1: 'path' is empty"},
      {"database: {path: ~}", e + ":1: 'path' must be text, not empty"},
      {"database: {path: \"a\\nb\"}", e + ":1: 'path' has a control character"},
      {"database: {path: 'data/'}", e + ":1: 'data/' is a folder, not a file"},
      {"database: {path: ':memory:'}",
       e + ":1: a database in memory is gone before the next command | give the path of a file"},
      {"database:\n  url: sqlite:a.db?mode=memory", e + ":2: a SQLite url takes no parameters"},
      {"database:\n  url: postgres//h/d", e + ":2: the database URL does not begin with a scheme"},
      {"databases:\n  a:\n    url: postgresql://localhost/d\n  b:\n    url: "
       "postgresql://127.0.0.1/d",
       e + ":5: databases 'a' and 'b' are the same one: 'postgresql://"},
      {"database:\n  url: 'postgresql://u:pw@h/d'",
       e + ":2: a password in a url that is in a file | use 'password_env: NAME', 'password_file: "
           "PATH' or 'url_env: NAME'"},
      {"database:\n  url: 'postgresql://u:pw${USER_PW}@h/d'",
       e + ":2: a password in a url that is in a file | use 'password_env: NAME', 'password_file: "
           "PATH' or 'url_env: NAME'"},
      {"database:\n  url: 'postgresql://u:${USER_PW:-pw}@h/d'",
       e + ":2: a password in a url that is in a file | use 'password_env: NAME', 'password_file: "
           "PATH' or 'url_env: NAME'"},
      {"database:\n  url: 'postgresql://u@h/d?password=pw'",
       e + ":2: a password in a url that is in a file | use 'password_env: NAME', 'password_file: "
           "PATH' or 'url_env: NAME'"},
      {"database:\n  password: x", e + ":2: " + no_password},
      {"database: {}\npassword: x", e + ":2: " + no_password},
      {"database:\n  password: ${NONE}", e + ":2: " + no_password},
      {"database:\n  settings:\n    Password: x", e + ":3: " + no_password},
      {"database:\n  url: postgresql://h/d\n  password_env: NONE",
       e + ":3: variable 'NONE' is not set"},
      {"database:\n  url: postgresql://h/d\n  password_env: USER_PW\n  password_file: pw",
       e + ":4: 'password_env' and 'password_file' both give the password | keep one"},
      {"database:\n  url_env: APP_URL\n  password_env: USER_PW",
       e + ":3: the url has a password, and so has 'password_env' | keep one"},
      {"database:\n  url_env: NONE", e + ":2: variable 'NONE' is not set"},
      {"database:\n  path: ${NONE}/a.db",
       e + ":2: variable 'NONE' is not set | set it, or give a default: ${NONE:-...}"},
      {"database:\n  path: ${NONE:?where is it}",
       e + ":2: variable 'NONE' is not set: where is it"},
      {"database:\n  url: postgresql://h/", e + ":2: the url names no database"},
      {"database:\n  server: managed\n  name: \"x' user='root' dbname='y\"",
       e + ":3: a database's name cannot be 'x' user='root' dbname='y' | '=', '://' and control "
           "characters would be taken for something else"},
      {"database:\n  server: managed\n  name: postgresql://evil",
       e + ":3: a database's name cannot be 'postgresql://evil' | '=', '://' and control "
           "characters "
           "would be taken for something else"},
      {"database:\n  server: managed\n  name: " + std::string(64, 'x'),
       e + ":3: a database's name has 64 bytes, more than the 63 that PostgreSQL keeps"},
      {"database:\n  url: postgresql://h/d\n  tls: prefer",
       e + ":3: tls 'prefer' falls back to an unencrypted connection without a word | use "
           "'verify-full', 'verify-ca', 'require' or 'disable'"},
      {"database:\n  url: postgresql://h/d?sslmode=allow",
       e + ":2: tls 'allow' falls back to an unencrypted connection without a word | use "
           "'verify-full', 'verify-ca', 'require' or 'disable'"},
      {"database:\n  url: postgresql://h/d\n  tls: verify_full",
       e + ":3: unknown tls 'verify_full' | did you mean 'verify-full'?"},
      {"database:\n  url: postgresql://h/d?sslmode=require\n  tls: disable",
       e + ":3: 'tls' contradicts 'sslmode' in the url | keep one"},
      {"database:\n  server: managed\n  settings:\n    'x; DROP': 1",
       e + ":4: 'x; DROP' cannot name a setting | use a-z, 0-9, '_' and '.', a letter first"},
      {"database:\n  server: managed\n  settings: [a]",
       e + ":3: 'settings' must be a mapping, not a list"},
      {"database:\n  server: managed\n  extensions: pgcrypto",
       e + ":3: 'extensions' must be a list, not 'pgcrypto'"},
      {"database:\n  layout: provison",
       e + ":2: unknown layout 'provison' | did you mean 'provision'?"},
      {"database:\n  layout: goose\n  pattern: {up: a}",
       e + ":3: 'pattern' does not go with layout 'goose'"},
      {"database:\n  pattern: {down: a}", e + ":2: 'pattern' does not say 'up'"},
      {"database:\n  pattern: {up: a, dow: b}",
       e + ":2: unknown key 'dow' in 'pattern' | did you mean 'down'?"},
      {"database:\n  seeds:\n  - a\n  - a", e + ":4: 'a' is in 'seeds' twice"},
      {"databases:\n  a:\n    path: x.db\n  b:\n    path: ./y/../x.db",
       e + ":5: databases 'a' and 'b' are the same one: 'sqlite:"},
      {"databases:\n  a:\n    url: postgresql://H/d\n  b:\n    url: postgresql://u@h:5432/d",
       e + ":5: databases 'a' and 'b' are the same one: 'postgresql://"},
      {"database: {}\nbackup: {dir: x}",
       e + ":2: unknown key 'dir' in 'backup' | did you mean 'directory'?"},
      {"database: {}\nbackup: {before: [upgrad]}",
       e + ":2: unknown word 'upgrad' in 'before' | did you mean 'upgrade'?"},
      {"database: {}\nbackup:\n  keep: {last: 010}",
       e + ":3: 'last' is '010', which looks octal | leave out the leading zeros"},
      {"database: {}\nbackup:\n  keep: {days: -1}", e + ":3: 'days' cannot be negative"},
      {"database: {}\ndrift: {fail_on: structure}",
       e + ":2: 'fail_on' must be a list, not 'structure'"},
      {"database: {}\ndrift: {fail_on: [struct]}",
       e + ":2: unknown word 'struct' in 'fail_on' | did you mean 'structure'?"},
      {"database: {}\nverify: {row: 5}",
       e + ":2: unknown key 'row' in 'verify' | did you mean 'rows'?"},
      {"database: {}\nverify: {rows: many}", e + ":2: 'rows' must be a whole number, not 'many'"},
      {"database: {}\nverify:\n  exempt:\n    '1': {irreversibel: x}",
       e + ":4: unknown key 'irreversibel' in the exemption of revision '1' | did you mean "
           "'irreversible'?"},
      {"extends: dve\ndatabase: {}", e + ":1: no environment 'dve' | did you mean 'dev'?"},
      {"extends: ../dev\n", e + ":1: no environment '../dev' | "},
      {"extends: dev\n", e + ":1: 'extends' goes in a circle: dev -> dev"},
      {"extends: [a]\n", e + ":1: 'extends' must be text, not a list"},
      {"database: &x {}\n", e + ":1: YAML anchors and aliases are not supported"},
      {"kind: dev\nkind: test\n", e + ":2: key 'kind' is there twice, first on line 1"},
      {"kind: dev\n---\nkind: test\n", e + ":2: a second document; a file holds one"},
      {"kind: \xff\n", e + ":1: byte 0xff is not UTF-8"},
  };
  for (const auto& [text, message] : cases) {
    write("dev", text);
    EXPECT_THAT(trouble(), StartsWith(message)) << text;
  }
}

TEST_F(EnvironmentErrors, ACircleOfSeveralFilesIsNamed) {
  write("a", "extends: b");
  write("b", "extends: c");
  write("c", "extends: a");

  EXPECT_EQ(trouble("a"), "environments/c.yaml:1: 'extends' goes in a circle: a -> b -> c -> a");
}

TEST_F(EnvironmentErrors, AnUnknownEnvironmentIsNamedWithTheNearest) {
  write("staging", "database: {}");

  EXPECT_EQ(trouble("stagin"), "no environment 'stagin' | did you mean 'staging'?");
}

TEST_F(EnvironmentErrors, AFileNameThatNamesNoEnvironmentIsAnError) {
  write("Dev", "database: {}");

  EXPECT_THAT(trouble("Dev"),
              StartsWith("environments/Dev.yaml: 'Dev' cannot name an environment | "));
}

TEST_F(EnvironmentErrors, AnEnvironmentThatIsUsedNeedsAKind) {
  write("base", "database: {}");

  EXPECT_EQ(trouble("base"),
            "environments/base.yaml: no 'kind' says what it is for | add one of: "
            "dev, test, staging, production");
}

TEST_F(EnvironmentErrors, AHugeFileIsRefused) {
  write("dev", "database: {path: " + std::string(2 << 20, 'x') + "}");

  EXPECT_EQ(trouble(),
            "environments/dev.yaml: is larger than 1048576 bytes, the most that is read");
}

TEST_F(EnvironmentErrors, APasswordFileMustBePrivate) {
  const fs::path file = root_.path() / "pw";
  write("dev", "database:\n  url: postgresql://h/d\n  password_file: pw\n");
  const std::string lead =
      fmt::format("environments/dev.yaml:3: password file '{}' ", file.native());
  EXPECT_EQ(trouble(), lead + "cannot be used: No such file or directory");

  std::ofstream(file) << "s3cret\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
  EXPECT_EQ(trouble(),
            fmt::format("{}can be used by others | chmod 600 '{}'", lead, file.native()));

  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read().databases.at(0).location.password.reveal(), "s3cret");

  std::ofstream(file) << "";
  EXPECT_EQ(trouble(), lead + "is empty");
  std::ofstream(file) << "a\nb\n";
  EXPECT_EQ(trouble(), lead + "has more than one line");
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_EQ(trouble(), lead + "is not a regular file");
}

}  // namespace
}  // namespace provision
