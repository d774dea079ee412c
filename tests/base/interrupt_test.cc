#include "provision/base/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/base/progress.h"

// A process can watch for signals once only, so each test here does it in a process of its own.
namespace provision {
namespace {

void wait_for(const std::function<bool()>& condition) {
  for (const Stopwatch watch; !condition() && watch.milliseconds() < 20'000;) poll(nullptr, 0, 1);
}

/// Ends this process as `main` does.
[[noreturn]] void end_as_main(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    _exit(error.exit_code());
  }
  _exit(0);
}

void raise_and_stop(int signal) {
  watch_for_interrupts();
  kill(getpid(), signal);
  wait_for(interrupted);
  stop_if_interrupted();
}

class InterruptDeathTest : public testing::Test {
 protected:
  InterruptDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(InterruptDeathTest, WithoutASignalNothingStops) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                stop_if_interrupted();
              }),
              testing::ExitedWithCode(0), "");
}

TEST_F(InterruptDeathTest, CtrlCEndsWith130) {
  EXPECT_EXIT(end_as_main([] { raise_and_stop(SIGINT); }), testing::ExitedWithCode(130), "");
}

TEST_F(InterruptDeathTest, TerminationEndsWith143) {
  EXPECT_EXIT(end_as_main([] { raise_and_stop(SIGTERM); }), testing::ExitedWithCode(143), "");
  EXPECT_EXIT(end_as_main([] { raise_and_stop(SIGHUP); }), testing::ExitedWithCode(143), "");
}

TEST_F(InterruptDeathTest, AnIgnoredHangUpStaysIgnored) {
  EXPECT_EXIT(end_as_main([] {
                std::signal(SIGHUP, SIG_IGN);
                watch_for_interrupts();
                kill(getpid(), SIGHUP);
                kill(getpid(), SIGINT);
                wait_for(interrupted);
                stop_if_interrupted();
              }),
              testing::ExitedWithCode(130), "");
}

TEST_F(InterruptDeathTest, WhatIsRegisteredIsCancelledAndWhatEndedIsNot) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                std::atomic<int> cancelled = 0;
                {
                  const OnInterrupt ended([&] { cancelled += 100; });
                }
                const OnInterrupt throwing([&] { throw internal_error("no connection"); });
                const OnInterrupt lives([&] { cancelled += 1; });
                kill(getpid(), SIGINT);
                wait_for([&] { return cancelled > 0; });
                _exit(cancelled);
              }),
              testing::ExitedWithCode(1), "");
}

TEST_F(InterruptDeathTest, ASecondSignalEndsEvenACancellationThatHangs) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                const OnInterrupt hangs([] { poll(nullptr, 0, 60'000); });
                kill(getpid(), SIGINT);
                wait_for(interrupted);
                kill(getpid(), SIGINT);
                poll(nullptr, 0, 20'000);
              }),
              testing::ExitedWithCode(130), "");
}

TEST_F(InterruptDeathTest, AProgramThatRunsIsEndedAtOnce) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                const std::string us = std::to_string(getpid());
                const Stopwatch watch;
                try {
                  run({.program = "sh", .arguments = {"-c", "kill -INT " + us + "; sleep 60"}});
                } catch (const Error&) {
                  if (watch.milliseconds() > 30'000) _exit(1);
                  throw;
                }
              }),
              testing::ExitedWithCode(130), "");
}

TEST_F(InterruptDeathTest, CleaningUpAfterASignalMayRunPrograms) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                kill(getpid(), SIGINT);
                wait_for(interrupted);
                _exit(run({.program = "sh", .arguments = {"-c", "sleep 0.1; exit 5"}}).exit_code);
              }),
              testing::ExitedWithCode(5), "");
}

TEST_F(InterruptDeathTest, WaitingForALockEnds) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                const TemporaryFolder folder;
                FileLock holder(folder.path() / "lock");
                FileLock waiting(folder.path() / "lock");
                holder.lock();
                kill(getpid(), SIGTERM);
                waiting.lock();
              }),
              testing::ExitedWithCode(143), "");
}

TEST_F(InterruptDeathTest, AChildHearsSignalsAsIfWeDidNotWatch) {
  EXPECT_EXIT(
      end_as_main([] {
        watch_for_interrupts();
        _exit(run({.program = "sh", .arguments = {"-c", "kill -INT $$; exit 1"}}).exit_code);
      }),
      testing::ExitedWithCode(130), "");
  EXPECT_EXIT(
      end_as_main([] {
        watch_for_interrupts();
        _exit(run({.program = "sh", .arguments = {"-c", "kill -PIPE $$; exit 1"}}).exit_code);
      }),
      testing::ExitedWithCode(128 + SIGPIPE), "");
}

TEST_F(InterruptDeathTest, CtrlCIsTheChildsWhileItHasTheTerminal) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                const std::string us = std::to_string(getpid());
                const std::string script = "trap 'exit 4' INT; kill -INT " + us + " $$; exit 1";
                const int code = run_attached({.program = "sh", .arguments = {"-c", script}});
                stop_if_interrupted();
                _exit(code);
              }),
              testing::ExitedWithCode(4), "");
}

TEST_F(InterruptDeathTest, TerminationEndsAChildThatHasTheTerminal) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                const std::string us = std::to_string(getpid());
                const std::string script = "kill -TERM " + us + "; exec sleep 60";
                _exit(run_attached({.program = "sh", .arguments = {"-c", script}}));
              }),
              testing::ExitedWithCode(143), "");
}

TEST_F(InterruptDeathTest, AClosedPipeIsAnErrorNotADeath) {
  EXPECT_EXIT(end_as_main([] {
                watch_for_interrupts();
                int ends[2];
                if (pipe(ends) != 0) _exit(2);
                close(ends[0]);
                _exit(write(ends[1], "x", 1) < 0 && errno == EPIPE ? 0 : 1);
              }),
              testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace provision
