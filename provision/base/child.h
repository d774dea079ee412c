// A child process from its start to its end; `run` and `run_attached` stand on it.
#pragma once

#include <sys/types.h>

#include <optional>

#include "provision/base/process.h"

namespace provision {

/// The descriptors that become a child's 0, 1 and 2.
struct Streams {
  int input = 0;
  int output = 1;
  int errors = 2;
};

enum class Session {
  shared,    ///< ours: our terminal, our foreground group
  own,       ///< without a terminal, so that nothing can ask for a password; killed as a group
  detached,  ///< like `own`, with low priority, and not killed when we end
};

/// A running program; killed and waited for by the destructor if that was not done before. It
/// inherits no descriptor but `Streams`, and is killed when the thread that started it ends, unless
/// it is detached.
class Child {
 public:
  /// Throws unavailable Error if the program cannot be started.
  Child(const Command& command, const Streams& streams, Session session);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Sends `signal` to the child, and to its group if it has its own. Does nothing after its end.
  void send(int signal) const;
  /// Waits for the end of the child and keeps it as a zombie, so that its id stays its own.
  void await_end() const;
  /// Does not wait for it, nor kill it, any more.
  void let_go() { is_let_go_ = true; }
  /// The exit code, once it has ended; 128 + signal if a signal ended it.
  std::optional<int> exit_code();

 private:
  pid_t id_;
  Session session_;
  std::optional<int> exit_code_;
  bool is_let_go_ = false;
};

}  // namespace provision
