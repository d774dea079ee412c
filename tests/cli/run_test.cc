// `run`: a command gets databases of its own, and they go with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>

#include "tests/cli/history.h"

namespace provision::cli_tests {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class RunTest : public testing::TestWithParam<Target> {
 protected:
  RunTest() { write_history(folder_, 3); }

  std::vector<std::string> words(const std::string& script,
                                 const std::vector<std::string>& options = {}) const {
    std::vector<std::string> all = {"run", "-e", GetParam().environment};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), {"--", "sh", "-c", script});
    return all;
  }
  Answer run(const std::string& script, const std::vector<std::string>& options = {},
             const Variables& variables = {}) const {
    return provision(words(script, options), folder_.path(), variables);
  }
  std::unique_ptr<Running> start(const std::string& script) const {
    std::vector<std::string> all = words(script);
    all.insert(all.begin(), provision_binary());
    return std::make_unique<Running>(all, folder_.path());
  }

  bool is_file() const { return GetParam().environment == "dev"; }
  /// The databases that runs have now, but for that of the run that asks.
  std::string databases() const {
    return run(is_file() ? "ls .provision/run | grep -v \"$(basename \"$DATABASE_URL\")\"; true"
                         : "psql -Atc \"SELECT datname FROM pg_database WHERE datname LIKE "
                           "'provision_run_%' AND datname <> current_database()\"")
        .output;
  }
  /// A query, in a script, of the database of the command.
  std::string query(const std::string& sql) const {
    return (is_file() ? "sqlite3 \"${DATABASE_URL#sqlite:///}\" \"" : "psql -Atc \"") + sql + "\"";
  }
  void write_pool() const {
    const std::string& name = GetParam().environment;
    folder_.write("environments/" + name + ".yaml",
                  "kind: " + name + "\ndatabase: {" +
                      (is_file() ? "engine: sqlite, path: var/dev.db"
                                 : "engine: postgresql, server: managed") +
                      ", pool: {ready: 2, max: 3}}\n");
  }
  void wait_for_file(const std::string& name) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!std::filesystem::exists(folder_.path() / name) &&
           std::chrono::steady_clock::now() < deadline) {
      ::usleep(1000);
    }
  }

  SessionFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Engines, RunTest, testing::ValuesIn(targets()),
                         testing::PrintToStringParamName());

TEST_P(RunTest, ACommandGetsAMigratedDatabaseThatGoesWithIt) {
  const Answer answer =
      run(query("SELECT count(*) FROM " + GetParam().prefix + "applied") + "; exit 3");

  EXPECT_EQ(answer.exit_code, 3) << answer.text();
  EXPECT_EQ(answer.output, "3\n");
  EXPECT_THAT(answer.errors, IsEmpty());
  EXPECT_THAT(databases(), IsEmpty());
}

TEST_P(RunTest, TheSessionsOfAServerAreForTheCommand) {
  if (is_file()) return;

  EXPECT_EQ(run("psql -Atc \"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client "
                "backend'\"")
                .output,
            "1\n");
}

TEST_P(RunTest, ADatabaseIsKeptWhereThatIsAskedFor) {
  const Answer kept = run("exit 1", {"--keep", "on-failure"});

  EXPECT_EQ(kept.exit_code, 1);
  EXPECT_THAT(kept.output, IsEmpty());
  EXPECT_THAT(kept.errors, HasSubstr("provision_run_"));
  EXPECT_THAT(databases(), StartsWith("provision_run_"));
  EXPECT_EQ(run("exit 0", {"--keep", "on-failure"}).errors, "");
}

TEST_P(RunTest, WhatOtherServersAreSpokenToWithDoesNotReachTheCommand) {
  const Answer answer = run("echo \"$DATABASE_URL,$PGHOSTADDR,$PGSERVICE,$OTHER\"", {},
                            {{"PGHOSTADDR", "192.0.2.1"}, {"PGSERVICE", "x"}, {"OTHER", "kept"}});

  EXPECT_THAT(answer.output, is_file() ? HasSubstr("192.0.2.1,x,kept") : HasSubstr(",,,kept"));
}

TEST_P(RunTest, SignalsAreForTheCommandAndItsAnswerIsPassedOn) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto running = start("trap 'exit 7' TERM INT; : > up; while :; do sleep 0.01; done");
    wait_for_file("up");
    running->send(signal);

    EXPECT_EQ(running->wait().exit_code, 7);
    std::filesystem::remove(folder_.path() / "up");
  }
  EXPECT_EQ(run("kill -KILL $$").exit_code, 128 + SIGKILL);
  EXPECT_THAT(databases(), IsEmpty());
}

TEST_P(RunTest, WhatAKilledRunLeftIsRemovedByTheNext) {
  const auto running = start(": > up; exec sleep 60");
  wait_for_file("up");
  running->send(SIGKILL);
  running->wait();

  EXPECT_THAT(databases(), IsEmpty());
}

TEST_P(RunTest, ManyAtOnceHaveADatabaseEachAndLeaveNone) {
  const int count = is_file() ? 200 : 24;
  std::vector<std::unique_ptr<Running>> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(start(query("SELECT count(*) FROM " + GetParam().prefix + "applied") +
                        "; echo \"$DATABASE_URL\" >> ../urls"));
  }
  for (const auto& running : all) {
    const Answer answer = running->wait();
    EXPECT_EQ(answer.exit_code, 0) << answer.text();
    EXPECT_EQ(answer.output, "3\n");
  }
  EXPECT_THAT(databases(), IsEmpty());
}

TEST_P(RunTest, ACommandFindsADatabaseThatWasMadeAhead) {
  write_pool();
  EXPECT_THAT(run("", {"--fill-pool"}).output, HasSubstr("2 databases made ahead"));
  // Nobody can change them before they are taken.
  EXPECT_EQ(run(is_file() ? "find .provision/pool -name '*.db' ! -perm /222 | wc -l"
                          : "psql -Atc \"SELECT count(*) FROM pg_database WHERE datname LIKE "
                            "'provision_pool_%' AND NOT datallowconn\"",
                {"--cold"})
                .output,
            "2\n");

  const Answer taken = run(query("SELECT count(*) FROM " + GetParam().prefix + "applied"), {"-vv"});
  EXPECT_EQ(taken.output, "3\n");
  // What was made ahead from what is no more is not taken, and goes.
  write_history(folder_, 4);
  write_pool();
  EXPECT_EQ(run(query("SELECT count(*) FROM " + GetParam().prefix + "applied")).output, "4\n");
  EXPECT_THAT(databases(), IsEmpty());
}

TEST(RunForSeveralDatabases, NamesAVariableForEach) {
  const SessionFolder folder;
  folder.write("environments/dev.yaml",
               "kind: dev\ndatabases:\n  app: {engine: sqlite, path: a.db}\n"
               "  audit-log: {engine: sqlite, path: b.db}\n"
               "  named: {engine: sqlite, path: c.db, url_variable: ELSEWHERE}\n");
  for (const char* name : {"app", "audit-log", "named"}) {
    folder.write(std::string("migrations/") + name + "/1_x.sql",
                 "-- revision: 1\n-- parents: base\n-- message: x\n\n-- provision:up\n"
                 "CREATE TABLE x (a integer);\n-- provision:down\nDROP TABLE x;\n");
  }

  const Answer answer = provision(
      {"run", "--", "sh", "-c", "echo $APP_DATABASE_URL $AUDIT_LOG_DATABASE_URL $ELSEWHERE"},
      folder.path());

  EXPECT_THAT(answer.output, testing::ContainsRegex("^sqlite:////[^ ]* sqlite:////[^ ]* "
                                                    "sqlite:////[^ ]*\n$"))
      << answer.text();
}

TEST(RunOfAProductionEnvironment, IsRefused) {
  const SessionFolder folder;
  folder.write("environments/production.yaml",
               "kind: production\ndatabase: {engine: sqlite, path: a.db}\n");

  const Answer answer = provision({"run", "-e", "production", "--", "true"}, folder.path());

  EXPECT_EQ(answer.exit_code, 2);
  EXPECT_THAT(answer.errors, HasSubstr("production"));
}

}  // namespace
}  // namespace provision::cli_tests
