// Ctrl-C and SIGTERM: noticed by a thread of its own, so that a statement that runs can be
// cancelled.
#pragma once

#include <functional>

namespace provision {

/// Begins to watch for SIGINT and SIGTERM; called once, by `main`, before any other thread exists.
/// The first one calls every registered `OnInterrupt`; a second one ends the process at once.
/// Also ignores SIGPIPE and SIGXFSZ: a full disk or a closed pipe is an error code, not a death.
void watch_for_interrupts();

/// Throws interrupted or terminated Error if a signal has come.
void stop_if_interrupted();
bool interrupted();

/// Calls `cancel` from the watching thread when a signal comes, for as long as this object lives.
class OnInterrupt {
 public:
  explicit OnInterrupt(std::function<void()> cancel);
  ~OnInterrupt();
  OnInterrupt(const OnInterrupt&) = delete;
  OnInterrupt& operator=(const OnInterrupt&) = delete;

 private:
  int id_;
};

}  // namespace provision
