#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <vector>

#include "provision/base/child.h"
#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/process.h"
#include "provision/base/secret.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A file in memory, so that nobody must feed a child that may never read.
Descriptor input_file(const std::string& input) {
  if (input.empty()) return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  if (!file.is_open()) throw system_error("cannot make", "standard input", errno);
  file.write(input, "standard input");
  ::lseek(file.number(), 0, SEEK_SET);
  return file;
}

/// The first and the last 32 KiB of a stream of any length.
class Kept {
 public:
  void add(std::string_view text) {
    const size_t to_head = std::min(text.size(), kSize - head_.size());
    head_ += text.substr(0, to_head);
    tail_ += text.substr(to_head);
    if (tail_.size() > 4 * kSize) drop();
  }

  std::string text() {
    drop();
    if (dropped_ == 0) return head_ + tail_;
    return fmt::format("{}\n[{} bytes left out]\n{}", head_, dropped_, tail_);
  }

 private:
  static constexpr size_t kSize = 32 << 10;

  void drop() {
    if (tail_.size() <= kSize) return;
    dropped_ += tail_.size() - kSize;
    tail_.erase(0, tail_.size() - kSize);
  }

  std::string head_;
  std::string tail_;
  size_t dropped_ = 0;
};

/// The reading end of what a child prints.
struct Stream {
  explicit Stream(Descriptor reading) : descriptor(std::move(reading)) {
    if (descriptor.is_open()) ::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK);
  }

  /// Reads once; false if nothing was there. Closes at the end of the stream.
  bool read() {
    if (!descriptor.is_open()) return false;
    std::array<char, 64 << 10> buffer;
    const ssize_t count = ::read(descriptor.number(), buffer.data(), buffer.size());
    if (count > 0) kept.add({buffer.data(), static_cast<size_t>(count)});
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) descriptor.close();
    return count > 0;
  }

  Descriptor descriptor;
  Kept kept;
};

/// Lets a child run to its end, reading what it prints, unless its time is over or a signal comes.
class Watcher {
 public:
  Watcher(Child& child, Stream& output, Stream& errors, bool was_interrupted)
      : child_(child), output_(output), errors_(errors), was_interrupted_(was_interrupted) {}

  enum class End { own, overdue, interrupted };

  End await_end(milliseconds deadline) {
    deadline_ = Clock::now() + deadline;
    std::optional<Clock::time_point> last_read;
    while (true) {
      const bool has_ended = child_.exit_code().has_value();
      const bool was_output = output_.read();
      const bool was_read = errors_.read() || was_output;
      // A child of the child may keep the streams open, as a server that was started does: what is
      // there is read, but nobody waits for more.
      if (has_ended && !last_read) last_read = Clock::now() + kGrace;
      if (has_ended && (!was_read || Clock::now() > *last_read)) return end_;
      if (!has_ended) end_if_due();
      if (!was_read) pause();
    }
  }

 private:
  static constexpr milliseconds kGrace{2000};

  void end_if_due() {
    const auto now = Clock::now();
    if (end_ == End::own) {
      // A signal that came before is no news: what runs now may be the cleaning up after it.
      const bool is_interrupted = !was_interrupted_ && interrupted();
      if (now < deadline_ && !is_interrupted) return;
      end_ = is_interrupted ? End::interrupted : End::overdue;
      kill_at_ = now + kGrace;
      child_.send(SIGTERM);
    } else if (now > kill_at_) {
      child_.send(SIGKILL);
    }
  }

  void pause() {
    constexpr milliseconds kLongest{20};
    const bool is_open = output_.descriptor.is_open() || errors_.descriptor.is_open();
    std::array<pollfd, 2> streams{pollfd{output_.descriptor.number(), POLLIN, 0},
                                  pollfd{errors_.descriptor.number(), POLLIN, 0}};
    ::poll(streams.data(), streams.size(), static_cast<int>((is_open ? kLongest : pause_).count()));
    if (!is_open) pause_ = std::min(pause_ * 2, kLongest);
  }

  Child& child_;
  Stream& output_;
  Stream& errors_;
  Clock::time_point deadline_;
  Clock::time_point kill_at_;
  milliseconds pause_{1};
  bool was_interrupted_;
  End end_ = End::own;
};

Error overdue_error(const Command& command, const std::string& errors) {
  const double seconds = std::chrono::duration<double>(command.deadline).count();
  const auto lines = lines_of(trimmed(errors));
  return unavailable(fmt::format("'{}' did not end within {:g} s, so it was killed",
                                 command.program.filename().native(), seconds),
                     lines.empty() ? "" : "it last said: " + redacted(printable(lines.back())));
}

}  // namespace

Outcome run(const Command& command) {
  const bool was_interrupted = interrupted();  // before the start: nothing may fall between
  const bool has_input = command.input_descriptor >= 0;
  const bool has_output = command.output_descriptor >= 0;
  const Descriptor input = has_input ? Descriptor() : input_file(command.input);
  auto [output_end, output_start] = has_output ? Pipe{Descriptor(), Descriptor()} : open_pipe();
  auto [errors_end, errors_start] = open_pipe();
  Child child(
      command,
      {has_input ? command.input_descriptor : input.number(),
       has_output ? command.output_descriptor : output_start.number(), errors_start.number()},
      Session::own);
  output_start.close();
  errors_start.close();

  Stream output(std::move(output_end));
  Stream errors(std::move(errors_end));
  const auto end = Watcher(child, output, errors, was_interrupted).await_end(command.deadline);
  if (end == Watcher::End::overdue) throw overdue_error(command, errors.kept.text());
  if (end == Watcher::End::interrupted) stop_if_interrupted();
  return {child.exit_code().value_or(0), output.kept.text(), errors.kept.text()};
}

int run_attached(const Command& command) {
  // What comes before there is a child is for it, too.
  std::mutex mutex;
  std::optional<Child> child;
  std::vector<int> early;
  const SignalsPassedOn passing([&](int signal) {
    const std::lock_guard lock(mutex);
    child ? child->send(signal) : early.push_back(signal);
  });
  {
    const std::lock_guard lock(mutex);
    child.emplace(command, Streams{}, Session::shared);
    if (interrupted()) child->send(SIGTERM);
    for (const int signal : early) child->send(signal);
  }
  child->await_end();
  const std::lock_guard lock(mutex);
  return child->exit_code().value_or(0);
}

void start_detached(const Command& command, const std::filesystem::path& log) {
  const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!nothing.is_open() || !output.is_open()) throw system_error("cannot open", log, errno);
  Child(command, {nothing.number(), output.number(), output.number()}, Session::detached).let_go();
}

}  // namespace provision
