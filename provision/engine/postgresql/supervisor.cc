#include "provision/engine/postgresql/supervisor.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "provision/base/error.h"
#include "provision/engine/postgresql/kept_server.h"

// Everything from fork to exec or _exit is done with system calls only. The process that forks has
// threads; in the child only the one that forked exists, so that a lock of malloc, of the loader or
// of stdio that another held stays held for ever. What needs memory is made ready before.

namespace provision::postgresql {
namespace {

constexpr int kLog = 1;
constexpr int kLock = 3;
constexpr int kAlive = 4;
constexpr int kFirstUnused = 5;
constexpr int kFastPatience = 10'000;  // milliseconds
constexpr int kImmediatePatience = 5'000;

struct Prepared {
  const char* program;
  const char* socket_folder;
  const char* base;  ///< the folder of `keep`
  const char* keep;
  const char* socket;
  char* const* arguments;
  char* const* variables;
  uid_t uid;
  gid_t gid;
  bool switch_user;
  int null;
  int log;
  int lock;
  int alive;
};

/// Only a handful of descriptors go on: a caller that waits for the end of a pipe which we held by
/// chance would wait for as long as the server runs.
bool arrange_descriptors(const Prepared& prepared) {
  // First out of the way of the numbers that they get.
  const int null = ::fcntl(prepared.null, F_DUPFD, 64);
  const int log = ::fcntl(prepared.log, F_DUPFD, 64);
  const int lock = ::fcntl(prepared.lock, F_DUPFD, 64);
  const int alive = ::fcntl(prepared.alive, F_DUPFD, 64);
  if (::dup2(null, 0) < 0 || ::dup2(log, kLog) < 0 || ::dup2(log, 2) < 0 ||
      ::dup3(lock, kLock, O_CLOEXEC) < 0 || ::dup3(alive, kAlive, O_CLOEXEC) < 0) {
    return false;
  }
  // Not the library's close_range: it may not be there, the system call is from Linux 5.9 on.
  if (::syscall(SYS_close_range, kFirstUnused, ~0U, 0) == 0) return true;
  for (int descriptor = kFirstUnused; descriptor < 65'536; ++descriptor) ::close(descriptor);
  return true;
}

void forget_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_server(const Prepared& prepared, pid_t parent) {
  if (prepared.switch_user) {
    // The system calls: the library's functions ask all threads to follow, and there are none.
    if (::syscall(SYS_setgroups, 0, nullptr) != 0 || ::syscall(SYS_setgid, prepared.gid) != 0 ||
        ::syscall(SYS_setuid, prepared.uid) != 0) {
      ::_exit(126);
    }
  }
  // After the change of user, which clears it. SIGQUIT is PostgreSQL's immediate shutdown.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent) ::_exit(125);
  ::umask(077);
  ::execve(prepared.program, prepared.arguments, prepared.variables);
  ::_exit(127);
}

/// Waits until the lock is ours alone. The lock belongs to the open file, which the supervisor has
/// open as well, so that it outlives this process.
[[noreturn]] void wait_for_users(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(125);
  ::close(kAlive);
  while (::flock(kLock, LOCK_EX) != 0) {
    if (errno != EINTR) ::_exit(1);
  }
  ::_exit(0);
}

/// True if the server has ended within `patience` milliseconds.
bool ends_within(pid_t server, int patience) {
  const timespec pause{0, 1'000'000};
  for (int waited = 0; waited < patience; ++waited) {
    const pid_t ended = ::waitpid(server, nullptr, WNOHANG);
    if (ended == server || (ended < 0 && errno == ECHILD)) return true;
    ::nanosleep(&pause, nullptr);
  }
  return false;
}

void stop_server(pid_t server) {
  ::kill(server, SIGINT);
  if (ends_within(server, kFastPatience)) return;
  ::kill(server, SIGQUIT);
  if (ends_within(server, kImmediatePatience)) return;
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
}

[[noreturn]] void supervise(const Prepared& prepared) {
  ::prctl(PR_SET_NAME, kSupervisorName);
  if (!arrange_descriptors(prepared) || ::chdir("/") != 0) ::_exit(1);
  forget_signal_handlers();
  const pid_t self = ::getpid();
  const pid_t server = ::fork();
  if (server == 0) become_server(prepared, self);
  if (server < 0) ::_exit(1);
  const pid_t waiter = ::fork();
  if (waiter == 0) wait_for_users(self);
  while (true) {
    const pid_t ended = ::waitpid(-1, nullptr, 0);
    if (ended < 0 && errno == EINTR) continue;
    if (ended == server) {
      // It died by itself; the next user finds that out and starts another one.
      if (waiter > 0) ::kill(waiter, SIGKILL);
      ::_exit(1);
    }
    break;
  }
  // Held already, but for a waiter that was killed.
  while (::flock(kLock, LOCK_EX) != 0 && errno == EINTR) {
  }
  const KeptServer kept = {.process = server,
                           .lock = kLock,
                           .base = prepared.base,
                           .keep = prepared.keep,
                           .socket = prepared.socket};
  if (!stay_while_kept(kept)) ::_exit(1);
  stop_server(server);
  ::rmdir(prepared.socket_folder);
  ::_exit(0);
}

void fork_supervisor(const Prepared& prepared) {
  const pid_t child = ::fork();
  if (child < 0) throw system_error("cannot start", prepared.program, errno);
  if (child == 0) {
    // Of nobody's terminal, and nobody's child, so that it leaves no zombie in a program that goes
    // on: the one in between ends at once.
    ::setsid();
    const pid_t supervisor = ::fork();
    if (supervisor == 0) supervise(prepared);
    ::_exit(supervisor < 0 ? 1 : 0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw unavailable("cannot start the supervisor of a PostgreSQL server");
}

Descriptor opened(const std::filesystem::path& path, int flags) {
  Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) throw system_error("cannot open", path, errno);
  return descriptor;
}

}  // namespace

Descriptor start_supervised(const ServerCommand& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  const std::array<char*, 2> variables = {path.data(), nullptr};
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw system_error("cannot make", "a pipe", errno);
  Descriptor alive_here(pipe[0]);
  const Descriptor alive_there(pipe[1]);
  const Descriptor null = opened("/dev/null", O_RDWR);
  const Descriptor log = opened(command.log, O_WRONLY | O_CREAT | O_APPEND);
  // An open file of its own: locks of the same one would not exclude each other.
  const Descriptor lock = opened(command.users_lock, O_RDWR | O_CREAT);
  const std::string program = command.program.string();
  const std::string socket_folder = command.socket_folder.string();
  const std::string socket = command.socket_folder / ".s.PGSQL.5432";
  const std::string base = command.keep.parent_path();
  const std::string keep = command.keep.string();
  const Prepared prepared = {.program = program.c_str(),
                             .socket_folder = socket_folder.c_str(),
                             .base = base.c_str(),
                             .keep = keep.c_str(),
                             .socket = socket.c_str(),
                             .arguments = arguments.data(),
                             .variables = variables.data(),
                             .uid = command.user.uid,
                             .gid = command.user.gid,
                             .switch_user = !command.user.name.empty(),
                             .null = null.number(),
                             .log = log.number(),
                             .lock = lock.number(),
                             .alive = alive_there.number()};
  fork_supervisor(prepared);
  return alive_here;
}

}  // namespace provision::postgresql
