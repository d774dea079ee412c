#include "provision/engine/postgresql/kept_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>

// System calls only, and no memory but the stack's: see supervisor.cc.

namespace provision::postgresql {
namespace {

constexpr int kLook = 1000;  // milliseconds
using Text = std::array<char, 4096>;

/// The beginning of a file; empty if it cannot be read.
std::string_view read_into(Text& text, const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return {};
  const ssize_t size = ::read(file, text.data(), text.size());
  ::close(file);
  return {text.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

/// The number that `text` begins with, which is taken from it with what separates it; -1 if there
/// is none.
long take_number(std::string_view& text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return -1;
  long number = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
    number = number * 10 + (text[0] - '0');
  }
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

/// "/proc/<process>/" and more.
class ProcessPath {
 public:
  explicit ProcessPath(long process) {
    add("/proc/");
    add_number(process);
    add("/");
  }
  void add(std::string_view more) {
    for (const char c : more) *end_++ = c;
    *end_ = '\0';
  }
  void add_number(long number) {
    if (number >= 10) add_number(number / 10);
    const char digit = static_cast<char>('0' + number % 10);
    add({&digit, 1});
  }
  const char* text() const { return text_.data(); }

 private:
  std::array<char, 96> text_{};
  char* end_ = text_.data();
};

/// True if a child of the server works for a client: it calls itself "postgres: me app [local]
/// idle".
bool has_sessions(pid_t server) {
  ProcessPath path(server);
  path.add("task/");
  path.add_number(server);
  path.add("/children");
  Text children;
  std::string_view rest = read_into(children, path.text());
  for (long child = take_number(rest); child > 0; child = take_number(rest)) {
    ProcessPath title(child);
    title.add("cmdline");
    Text words;
    if (read_into(words, title.text()).find("[local]") != std::string_view::npos) return true;
  }
  return false;
}

/// True if somebody connected since it was last asked: that sets the time of access of a socket,
/// where it is older than other times of the file. Also where sessions end before anybody looks.
bool was_connected_to(const char* socket) {
  struct stat info {};
  if (::stat(socket, &info) != 0) return false;
  const bool was_used = info.st_atim.tv_sec > 1;
  const std::array<timespec, 2> times = {timespec{1, 0}, timespec{0, UTIME_OMIT}};
  if (was_used) ::utimensat(AT_FDCWD, socket, times.data(), 0);
  return was_used;
}

void note_use(const char* keep) { ::utimensat(AT_FDCWD, keep, nullptr, 0); }

bool is_over(const KeptServer& server) {
  Text text;
  struct stat info {};
  std::string_view rest = read_into(text, server.keep);
  const long limit = take_number(rest);
  if (limit < 0 || ::stat(server.keep, &info) != 0) return true;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return limit > 0 && now.tv_sec - info.st_mtim.tv_sec >= limit;
}

/// Locks again and again while a signal comes between.
bool lock(const KeptServer& server, int mode) {
  int result = 0;
  do {
    result = ::flock(server.lock, mode);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// Until something happens in the folder of `keep`, or it is time to look.
void wait(int watch) {
  pollfd poll{watch, POLLIN, 0};
  if (::poll(&poll, 1, kLook) <= 0) return;
  alignas(inotify_event) std::array<char, 4096> events{};
  while (::read(watch, events.data(), events.size()) > 0) {
  }
}

}  // namespace

bool stay_while_kept(const KeptServer& server) {
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ::inotify_add_watch(watch, server.base, IN_DELETE | IN_MOVED_TO | IN_ONLYDIR);
  was_connected_to(server.socket);
  for (bool is_alone = true; !is_alone || !is_over(server);) {
    // Also what failing to get more has lost.
    lock(server, LOCK_SH);
    wait(watch);
    if (::waitpid(server.process, nullptr, WNOHANG) == server.process) return false;
    is_alone = lock(server, LOCK_EX | LOCK_NB);
    const bool is_used = !is_alone || was_connected_to(server.socket);
    if (is_used || has_sessions(server.process)) note_use(server.keep);
  }
  ::unlink(server.keep);
  ::close(watch);
  return true;
}

}  // namespace provision::postgresql
