#include "provision/base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/process/child.hpp>
#include <boost/process/error.hpp>
#include <boost/process/extend.hpp>
#include <csignal>

#include "provision/base/child.h"
#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/base/variables.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// Another user whom a child runs as, looked up before the fork: it takes locks and memory.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
  std::string home;
};

Identity identity_of(const std::string& user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) throw unavailable(fmt::format("there is no user '{}'", user));
  int count = 0;
  getgrouplist(user.c_str(), entry.pw_gid, nullptr, &count);
  Identity identity{entry.pw_uid, entry.pw_gid, std::vector<gid_t>(count), entry.pw_dir};
  getgrouplist(user.c_str(), entry.pw_gid, identity.groups.data(), &count);
  identity.groups.resize(count);
  return identity;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of(const Command& command,
                                        const std::optional<Identity>& identity) {
  Variables variables = command.variables;
  if (identity) {
    variables.insert({{"HOME", identity->home}, {"USER", command.user}, {"LOGNAME", command.user}});
  }
  variables.merge(current_variables());
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(fmt::format("{}={}", name, value));
  return lines;
}

std::string program_of(const Command& command) {
  const auto program = find_program(command.program.native());
  if (!program) {
    throw unavailable(fmt::format("there is no program '{}' on PATH", command.program.native()));
  }
  return fs::absolute(*program).native();  // it may run in another folder
}

/// All that a child needs, made before the fork: after it only async-signal-safe calls are sure.
struct Plan {
  Plan(const Command& command, const Streams& descriptors, Session its_session)
      : program(program_of(command)),
        folder(command.folder.native()),
        streams(descriptors),
        session(its_session) {
    if (!command.user.empty() && geteuid() == 0) identity = identity_of(command.user);
    arguments.push_back(program);
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    environment = environment_of(command, identity);
  }

  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<char*> argument_pointers = {};
  std::vector<char*> environment_pointers = {};
  std::string folder;
  std::optional<Identity> identity;
  Streams streams;
  Session session;
  pid_t parent = getpid();
};

/// What kept a child from becoming its program; sent through a pipe.
struct Failure {
  enum class Step : int { streams, user, folder, parent } step;
  int error;
};

void close_on_exec() {
  constexpr unsigned kFirst = 3;
  if (::close_range(kFirst, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  rlimit limit{};
  constexpr rlim_t kMost = 65536;  // the limit may be a billion
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<int>(std::min(limit.rlim_cur, kMost));
  for (int i = kFirst; i < end; ++i) ::fcntl(i, F_SETFD, FD_CLOEXEC);
}

/// `from` is `to` already, or above 2 (see `open_standard_streams`), so none overwrites another.
bool move_stream(int from, int to) { return from == to || ::dup2(from, to) == to; }

bool become(const Identity& identity) {
  return ::setgroups(identity.groups.size(), identity.groups.data()) == 0 &&
         ::setgid(identity.group) == 0 && ::setuid(identity.user) == 0;
}

/// Runs in the child. Returns the step that failed.
std::optional<Failure::Step> set_up_child(const Plan& plan) {
  using Step = Failure::Step;
  if (plan.session != Session::shared) ::setsid();
  if (!move_stream(plan.streams.input, 0) || !move_stream(plan.streams.output, 1) ||
      !move_stream(plan.streams.errors, 2)) {
    return Step::streams;
  }
  close_on_exec();
  if (plan.identity && !become(*plan.identity)) return Step::user;
  if (!plan.folder.empty() && ::chdir(plan.folder.c_str()) != 0) return Step::folder;
  constexpr int kLowest = 19;
  const bool is_detached = plan.session == Session::detached;
  if (is_detached) ::setpriority(PRIO_PROCESS, 0, kLowest);
  // After the change of user, which would clear it; and the parent may be gone already.
  if (!is_detached && (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != plan.parent))
    return Step::parent;
  restore_signals_in_child();
  return std::nullopt;
}

struct Handler : boost::process::extend::handler {
  Plan* plan = nullptr;
  int failures = -1;
  pid_t* id = nullptr;

  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.exe = plan->program.c_str();
    executor.cmd_line = plan->argument_pointers.data();
    executor.env = plan->environment_pointers.data();
  }

  template <class Executor>
  void on_exec_setup(Executor&) const {
    if (const auto step = set_up_child(*plan)) {
      const Failure failure{*step, errno};
      [[maybe_unused]] const ssize_t count = ::write(failures, &failure, sizeof failure);
      _exit(127);
    }
  }

  template <class Executor>
  void on_error(Executor& executor, const std::error_code&) const {
    *id = executor.pid;
  }
};

[[noreturn]] void throw_failure(const Command& command, const Failure& failure) {
  const std::string program = command.program.native();
  switch (failure.step) {
    case Failure::Step::user:
      throw system_error(fmt::format("cannot run '{}' as", program), command.user, failure.error);
    case Failure::Step::folder:
      throw system_error(fmt::format("cannot run '{}' in", program), command.folder, failure.error);
    case Failure::Step::streams:
    case Failure::Step::parent:
      break;
  }
  throw system_error("cannot run", command.program, failure.error);
}

void reap(pid_t id) {
  while (::waitpid(id, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// Forks and executes; the id of the child, which has become its program.
pid_t start(const Command& command, const Streams& streams, Session session) {
  Plan plan(command, streams, session);
  plan.argument_pointers = pointers(plan.arguments);
  plan.environment_pointers = pointers(plan.environment);
  const auto [failures, report] = open_pipe();
  pid_t id = -1;
  Handler handler;
  handler.plan = &plan;
  handler.failures = report.number();
  handler.id = &id;
  std::error_code error;
  boost::process::child child(handler, boost::process::error(error));
  if (error) {
    if (id > 0) reap(id);  // Boost leaves it a zombie
    throw system_error("cannot run", command.program, error.value());
  }
  child.detach();
  Failure failure{};
  ::fcntl(failures.number(), F_SETFL, O_NONBLOCK);
  if (::read(failures.number(), &failure, sizeof failure) == sizeof failure) {
    reap(child.id());
    throw_failure(command, failure);
  }
  return child.id();
}

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  if (name.empty()) return std::nullopt;
  const auto path = find_variable(current_variables(), "PATH");
  for (const std::string& folder : split_list(path.value_or("/usr/bin:/bin"), ':')) {
    if (is_program(fs::path(folder) / name)) return fs::path(folder) / name;
  }
  return std::nullopt;
}

Child::Child(const Command& command, const Streams& streams, Session session)
    : id_(start(command, streams, session)), session_(session) {}

Child::~Child() {
  if (exit_code_ || is_let_go_) return;
  send(SIGKILL);
  reap(id_);
}

void Child::send(int signal) const {
  if (!exit_code_) ::kill(session_ == Session::shared ? id_ : -id_, signal);
}

void Child::await_end() const {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
}

std::optional<int> Child::exit_code() {
  int status = 0;
  if (!exit_code_ && ::waitpid(id_, &status, WNOHANG) == id_) {
    exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  return exit_code_;
}

}  // namespace provision
