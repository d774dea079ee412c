#include "provision/base/line_child.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "provision/base/interrupt.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kLongestLine = 256U << 20;
constexpr size_t kKept = 64U << 10;

void make_nonblocking(const Descriptor& descriptor) {
  ::fcntl(descriptor.number(), F_SETFL, O_NONBLOCK);
}

/// Appends what is there to `text`, one buffer of it. False at the end of the stream, or if nothing
/// was there.
bool read_some(Descriptor& descriptor, std::string& text) {
  if (!descriptor.is_open()) return false;
  std::array<char, 64 << 10> buffer;
  const ssize_t count = ::read(descriptor.number(), buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) descriptor.close();
  return count > 0;
}

}  // namespace

LineChild::LineChild(const Command& command) {
  auto [request_end, request_start] = open_pipe();
  auto [answer_end, answer_start] = open_pipe();
  auto [printed_end, printed_start] = open_pipe();
  const Streams streams{request_end.number(), answer_start.number(), printed_start.number()};
  child_ = std::make_unique<Child>(command, streams, Session::own);
  requests_ = std::move(request_start);
  answers_ = std::move(answer_end);
  printed_end_ = std::move(printed_end);
  make_nonblocking(answers_);
  make_nonblocking(printed_end_);
}

void LineChild::send(std::string_view line) {
  try {
    requests_.write(line, "a child");
  } catch (const Error&) {
    // It has ended; whoever waits for its answer learns that.
  }
}

bool LineChild::read_answers() { return read_some(answers_, buffer_); }

bool LineChild::read_printed() {
  const bool was_read = read_some(printed_end_, printed_);
  if (printed_.size() > 4 * kKept) {
    printed_.erase(0, printed_.size() - kKept);
    was_cut_ = true;
  }
  return was_read;
}

LineChild::Answer LineChild::receive(std::chrono::milliseconds deadline) {
  constexpr int kPause = 20;
  const bool was_interrupted = interrupted();
  const auto end = Clock::now() + deadline;
  while (true) {
    if (const size_t line_end = buffer_.find('\n'); line_end != std::string::npos) {
      Answer answer{buffer_.substr(0, line_end)};
      buffer_.erase(0, line_end + 1);
      while (read_printed()) {
      }
      return answer;
    }
    const bool was_read = read_answers();
    if (read_printed() || was_read) continue;
    if (buffer_.size() > kLongestLine) return {{}, End::too_long};
    // Whoever it started may keep the pipes open.
    if (!answers_.is_open() || child_->exit_code()) {
      await_exit();
      return {{}, End::ended};
    }
    if (!was_interrupted && interrupted()) {
      kill();
      stop_if_interrupted();
    }
    if (Clock::now() > end) return {{}, End::overdue};
    std::array<pollfd, 2> streams{pollfd{answers_.number(), POLLIN, 0},
                                  pollfd{printed_end_.number(), POLLIN, 0}};
    ::poll(streams.data(), streams.size(), kPause);
  }
}

void LineChild::await_exit() {
  // A child that ends closes its pipes first; one that only closed them may stay.
  constexpr auto kGrace = std::chrono::seconds(1);
  for (const auto end = Clock::now() + kGrace; !child_->exit_code() && Clock::now() < end;) {
    if (!read_printed()) ::poll(nullptr, 0, 1);
  }
}

std::string LineChild::take_printed() {
  while (read_printed()) {
  }
  std::string text = was_cut_ ? "[...]\n" : "";
  if (printed_.size() > kKept) printed_.erase(0, printed_.size() - kKept);
  text += printed_;
  printed_.clear();
  was_cut_ = false;
  return text;
}

void LineChild::kill() {
  child_->send(SIGTERM);
  child_->send(SIGKILL);
  if (!child_->exit_code()) child_->await_end();
}

}  // namespace provision
