// A child process that answers lines with lines, while what it prints besides is kept.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "provision/base/child.h"
#include "provision/base/descriptor.h"

namespace provision {

/// Its standard input and output are the conversation, its standard error is what it prints. It
/// has no terminal, and is killed with all that it started by the destructor.
class LineChild {
 public:
  /// Throws unavailable Error if the program cannot be started.
  explicit LineChild(const Command& command);

  /// Sends `line`; what a child that has ended does not read is not told.
  void send(std::string_view line);

  enum class End { none, ended, overdue, too_long };
  struct Answer {
    std::string line;
    End end = End::none;  ///< why there is no line
  };
  /// The next line. Throws interrupted Error after killing the child when a signal comes.
  Answer receive(std::chrono::milliseconds deadline);

  /// What it printed since the last call: of much only the end.
  std::string take_printed();
  /// The exit code once it has ended; 128 + signal if a signal ended it.
  std::optional<int> exit_code() { return child_->exit_code(); }
  void kill();

 private:
  bool read_answers();
  bool read_printed();
  /// Gives a child whose answers ended the time to end itself.
  void await_exit();

  Descriptor requests_;
  Descriptor answers_;
  Descriptor printed_end_;
  std::unique_ptr<Child> child_;
  std::string buffer_;
  std::string printed_;
  bool was_cut_ = false;
};

}  // namespace provision
