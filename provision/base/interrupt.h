// Ctrl-C and SIGTERM: noticed by a thread of its own, so that a statement that runs can be
// cancelled.
#pragma once

#include <functional>

namespace provision {

/// Begins to watch for SIGINT, SIGTERM and SIGHUP (which counts as SIGTERM), but for those that we
/// were started to ignore; called once, by `main`, before any other thread exists.
/// The first one calls every registered `OnInterrupt`; a second one ends the process at once.
/// Also ignores SIGPIPE and SIGXFSZ: a full disk or a closed pipe is an error code, not a death.
void watch_for_interrupts();

/// Throws interrupted or terminated Error if a signal has come.
void stop_if_interrupted();
bool interrupted();

/// Calls `cancel` from a thread of its own when the first signal comes, if this object still lives;
/// its end waits for a `cancel` that runs. `cancel` must not make or end an `OnInterrupt`. A signal
/// that came before is not told: ask `interrupted` after making it.
class OnInterrupt {
 public:
  explicit OnInterrupt(std::function<void()> cancel);
  ~OnInterrupt();
  OnInterrupt(const OnInterrupt&) = delete;
  OnInterrupt& operator=(const OnInterrupt&) = delete;

 private:
  int id_;
};

/// While it lives signals are for a child that has the terminal: `pass_on` is called with each,
/// from the thread that watches, but for a Ctrl-C, which the terminal tells the child itself. None
/// of them counts as one that came to us.
class SignalsPassedOn {
 public:
  explicit SignalsPassedOn(std::function<void(int signal)> pass_on);
  ~SignalsPassedOn();
  SignalsPassedOn(const SignalsPassedOn&) = delete;
  SignalsPassedOn& operator=(const SignalsPassedOn&) = delete;
};

/// While it lives `stop_if_interrupted` does nothing on this thread: what must be cleaned up after
/// a signal is not to be stopped by it.
class CleaningUp {
 public:
  CleaningUp();
  ~CleaningUp();
  CleaningUp(const CleaningUp&) = delete;
  CleaningUp& operator=(const CleaningUp&) = delete;
};

/// Gives a forked child the signals as they were before `watch_for_interrupts`; otherwise it would
/// not hear Ctrl-C either. Async-signal-safe.
void restore_signals_in_child();

}  // namespace provision
