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

/// While it lives Ctrl-C is not for us: a child has the terminal and gets it itself.
class TerminalIsLent {
 public:
  TerminalIsLent();
  ~TerminalIsLent();
  TerminalIsLent(const TerminalIsLent&) = delete;
  TerminalIsLent& operator=(const TerminalIsLent&) = delete;
};

/// Gives a forked child the signals as they were before `watch_for_interrupts`; otherwise it would
/// not hear Ctrl-C either. Async-signal-safe.
void restore_signals_in_child();

}  // namespace provision
