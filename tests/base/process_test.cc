#include "provision/base/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "provision/base/file.h"
#include "provision/base/progress.h"
#include "provision/base/text.h"
#include "tests/errors.h"

namespace provision {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Command shell(const std::string& script) {
  return {.program = "/bin/sh", .arguments = {"-c", script}};
}

bool has_no_children() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

/// True when no process `id` runs any more; a zombie that waits for init is one no more.
bool is_gone(const std::string& id) {
  for (int tries = 0; tries < 500; ++tries) {
    std::error_code ignored;
    if (!std::filesystem::exists("/proc/" + id, ignored)) return true;
    try {
      if (read_bytes("/proc/" + id + "/status").find("State:\tZ") != std::string::npos) return true;
    } catch (const Error&) {
      return true;
    }
    usleep(10'000);
  }
  return false;
}

TEST(Run, KeepsOutputErrorsAndExitCode) {
  const Outcome outcome = run(shell("echo out; echo err >&2; exit 7"));

  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_EQ(outcome.output, "out\n");
  EXPECT_EQ(outcome.errors, "err\n");
  EXPECT_TRUE(has_no_children());
}

TEST(Run, ASignalCountsFrom128) { EXPECT_EQ(run(shell("kill -TERM $$")).exit_code, 143); }

TEST(Run, ArgumentsReachTheProgramAsTheyAre) {
  const Outcome outcome =
      run({.program = "printf", .arguments = {"[%s]", "a b", "", "$HOME;*", "\"'\\"}});

  EXPECT_EQ(outcome.output, "[a b][][$HOME;*][\"'\\]");
}

TEST(Run, GivesInputThenItsEnd) {
  Command command{.program = "cat"};
  command.input = std::string(1'000, 'x') + std::string("\0y", 2);

  EXPECT_EQ(run(command).output, command.input);
  EXPECT_EQ(run({.program = "cat"}).output, "");
}

TEST(Run, AChildNeedNotReadItsInput) {
  Command command = shell("exit 3");
  command.input = std::string(10'000'000, 'x');

  EXPECT_EQ(run(command).exit_code, 3);
}

TEST(Run, KeepsOnlyBothEndsOfALongOutput) {
  const Outcome outcome = run(shell("echo first; yes | head -c 20000000; echo last"));

  EXPECT_THAT(outcome.output, StartsWith("first\ny\n"));
  EXPECT_THAT(outcome.output, HasSubstr(" bytes left out]"));
  EXPECT_THAT(outcome.output, EndsWith("y\nlast\n"));
  EXPECT_LT(outcome.output.size(), 70'000U);
}

TEST(Run, AVariableIsAddedOrReplaced) {
  Command command = shell("echo $PROVISION_TEST_NEW $HOME; test -n \"$PATH\"");
  command.variables = {{"PROVISION_TEST_NEW", "a b"}, {"HOME", "/nowhere"}};

  const Outcome outcome = run(command);

  EXPECT_EQ(outcome.output, "a b /nowhere\n");
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST(Run, RunsInTheFolderGiven) {
  const TemporaryFolder folder;
  Command command = shell("pwd -P");
  command.folder = folder.path();

  EXPECT_EQ(run(command).output, std::filesystem::canonical(folder.path()).native() + "\n");
}

TEST(Run, WhatCannotBeStartedIsUnavailable) {
  const TemporaryFolder folder;
  write_file(folder.path() / "plain", "no program");
  Command elsewhere = shell("true");
  elsewhere.folder = folder.path() / "none";

  const std::vector<std::pair<Command, std::string>> cases = {
      {{.program = "provision-no-such-program"},
       "there is no program 'provision-no-such-program' on PATH"},
      {{.program = folder.path() / "none"}, "no such file or directory"},
      {{.program = folder.path() / "plain"}, "permission denied"},
      {elsewhere, "no such file or directory"},
  };
  for (const auto& [command, message] : cases) {
    const Error error = error_of([&command = command] { run(command); });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.message(), EndsWith(message));
    EXPECT_TRUE(has_no_children());
  }
}

TEST(Run, AProgramPastItsDeadlineIsKilledWithItsGroup) {
  const TemporaryFolder folder;
  Command command = shell("sleep 100 & echo $! > id; echo 'still busy' >&2; wait");
  command.folder = folder.path();
  command.deadline = std::chrono::milliseconds(300);
  const Stopwatch watch;

  const Error error = error_of([&] { run(command); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_EQ(error.message(), "'sh' did not end within 0.3 s, so it was killed");
  EXPECT_EQ(error.hint(), "it last said: still busy");
  EXPECT_LT(watch.milliseconds(), 20'000);
  EXPECT_TRUE(is_gone(std::string(trimmed(read_text(folder.path() / "id")))));
  EXPECT_TRUE(has_no_children());
}

TEST(Run, AProgramThatWillNotEndIsKilledAllTheSame) {
  Command command = shell("trap '' TERM; while :; do sleep 0.1; done");
  command.deadline = std::chrono::milliseconds(100);

  EXPECT_EQ(error_of([&] { run(command); }).kind(), ErrorKind::unavailable);
  EXPECT_TRUE(has_no_children());
}

TEST(Run, ADaemonThatKeepsTheStreamsIsNotWaitedFor) {
  const Stopwatch watch;

  const Outcome outcome = run(shell("sleep 60 & echo $!"));

  EXPECT_LT(watch.milliseconds(), 20'000);
  kill(std::stoi(outcome.output), SIGKILL);
}

TEST(Run, AChildInheritsNoOtherDescriptor) {
  const int open_file = open("/dev/null", O_RDONLY);

  const Outcome outcome = run(shell("ls /proc/self/fd | wc -l"));
  close(open_file);

  EXPECT_EQ(trimmed(outcome.output), "4");  // 0, 1, 2, and the folder that ls reads
}

TEST(Run, AChildHasNoTerminalToAskOn) {
  EXPECT_NE(run(shell("exec 2>/dev/null; : </dev/tty")).exit_code, 0);
}

TEST(Run, AChildDiesWithUs) {
  const TemporaryFolder folder;
  const pid_t parent = fork();
  if (parent == 0) {
    Command command = shell("echo $$ > id.new && mv id.new id; exec sleep 100");
    command.folder = folder.path();
    run(command);
    _exit(0);
  }
  while (!std::filesystem::exists(folder.path() / "id")) usleep(1'000);

  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);

  EXPECT_TRUE(is_gone(std::string(trimmed(read_text(folder.path() / "id")))));
}

TEST(Run, RootRunsAProgramAsAnotherAndOthersAsThemselves) {
  const passwd* user = geteuid() == 0 ? getpwnam("nobody") : getpwuid(geteuid());
  ASSERT_NE(user, nullptr);
  Command command = shell("id -u; id -g");
  command.user = "nobody";

  EXPECT_EQ(run(command).output,
            std::to_string(user->pw_uid) + "\n" + std::to_string(user->pw_gid) + "\n");
}

TEST(RunAttached, ReturnsTheExitCode) {
  EXPECT_EQ(run_attached(shell("exit 9")), 9);
  EXPECT_EQ(run_attached(shell("kill -KILL $$")), 137);
  EXPECT_TRUE(has_no_children());
}

TEST(FindProgram, LooksOnPathUnlessThereIsASlash) {
  EXPECT_THAT(find_program("sh")->native(), EndsWith("/sh"));
  EXPECT_EQ(find_program("./x/tool"), "./x/tool");
  EXPECT_EQ(find_program("provision-no-such-program"), std::nullopt);
  EXPECT_EQ(find_program(""), std::nullopt);
}

}  // namespace
}  // namespace provision
