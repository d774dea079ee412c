// A password is told to nobody: not in an answer, not in an error, not with -v -v, not in JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace provision::cli_tests {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kCanary = "c4n4ry-p4ssw0rd";

/// A way to give the password, as the last line of an environment.
struct Way {
  std::string name;
  std::string lines;
};

const std::vector<Way>& ways() {
  static const std::vector<Way> kWays = {
      {"url_env", "  url_env: CANARY_URL\n"},
      {"password_env", "  url: postgresql://me@127.0.0.1:1/x\n  password_env: CANARY\n"},
      {"password_file", "  url: postgresql://me@127.0.0.1:1/x\n  password_file: secret.txt\n"},
      {"unknown_key", "  url_env: CANARY_URL\n  pasword_env: CANARY\n"},
      {"bad_url", "  url_env: CANARY_BAD_URL\n"},
      {"interpolated", "  url: postgresql://me:${CANARY}@127.0.0.1:1/x\n"}};
  return kWays;
}

const std::vector<std::string> kCommands = {"list",          "list -v",
                                            "status",        "url",
                                            "doctor",        "create",
                                            "reset",         "drop --yes",
                                            "upgrade",       "upgrade --sql base:head",
                                            "upgrade --sql", "downgrade",
                                            "stamp head",    "current",
                                            "history",       "history -i",
                                            "heads",         "branches",
                                            "show -i",       "seed",
                                            "shell -c x",    "shell",
                                            "edit head",     "upgrade --dry-run"};

const Variables kVariables = {
    {"CANARY", kCanary},
    {"CANARY_URL", "postgresql://me:" + kCanary + "@127.0.0.1:1/x"},
    {"CANARY_BAD_URL", "postgresql://me:" + kCanary + "@127.0.0.1:port/x?sslmode=" + kCanary},
    {"EDITOR", "true"}};

std::string all_commands(const std::string& environment) {
  std::string lines;
  for (const std::string& command : kCommands) {
    for (const char* flags : {"", " -v -v", " --format json"}) {
      lines += "echo '$ " + command + flags + "'; provision " + command + flags + " -e " +
               environment + " </dev/null; echo \"[$?]\"\n";
    }
  }
  return lines;
}

class SecretsTest : public testing::TestWithParam<Way> {
 protected:
  SecretsTest() {
    folder_.copy_example();
    folder_.write("secret.txt", kCanary + "\n");
    folder_.write("environments/secret.yaml",
                  "kind: dev\ndatabase:\n  migrations: migrations\n  engine: postgresql\n" +
                      GetParam().lines);
    std::filesystem::permissions(folder_.path() / "secret.txt", std::filesystem::perms(0600));
  }

  SessionFolder folder_;
};

TEST_P(SecretsTest, NoCommandTellsThePassword) {
  const Answer answer = shell(all_commands("secret"), folder_.path(), kVariables);

  EXPECT_THAT(answer.text(), Not(HasSubstr(kCanary)));
  EXPECT_THAT(answer.output, HasSubstr("$ upgrade --dry-run --format json"));
}

std::string way_name(const testing::TestParamInfo<Way>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Ways, SecretsTest, testing::ValuesIn(ways()), way_name);

TEST(SecretsOfALiveServer, NoCommandTellsThePassword) {
  SessionFolder folder;
  folder.copy_example();
  folder.write("environments/secret.yaml",
               "extends: base\nkind: dev\ndatabase: {engine: postgresql, url_env: LIVE_URL}\n");
  folder.write("all.sh",
               "url=$(provision url -e test)\nrest=${url#*@/test}\n"
               "export LIVE_URL=\"postgresql://postgres:" +
                   kCanary + "@/secret$rest\"\n" + all_commands("secret"));
  folder.write("hold.sql", "\\! sh all.sh > answers.txt 2>&1\n");
  ASSERT_EQ(provision({"create", "--empty", "-e", "test"}, folder.path()).exit_code, 0);

  shell("provision shell -e test < hold.sql", folder.path(), kVariables);

  const Answer answers = shell("cat answers.txt", folder.path());
  EXPECT_THAT(answers.output, Not(HasSubstr(kCanary)));
  EXPECT_THAT(answers.output, HasSubstr("'secret' is fresh: 13 revisions"));
}

}  // namespace
}  // namespace provision::cli_tests
