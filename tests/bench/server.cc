// A managed server: its start against postgres alone, and one from nothing against initdb alone.
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/engine/engines.h"
#include "provision/engine/postgresql/server_folders.h"
#include "provision/engine/postgresql/server_process.h"
#include "tests/bench/bench.h"
#include "tests/bench/contest.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;
using postgresql::ServerFolders;
using postgresql::ServerUser;

/// A project with a server of its own, which goes with this object.
class ServerProject {
 public:
  ServerProject() {
    fs::permissions(folder_.path(), fs::perms::owner_all | fs::perms::others_exec);
  }
  ~ServerProject() {
    stop();
    fs::remove_all(folders().base);
  }

  ServerFolders folders() const {
    return postgresql::server_folders(spec(), postgresql::binaries().major);
  }
  /// Milliseconds until a session is there.
  double start() {
    const Stopwatch watch;
    engines_.at("postgresql").located(spec());
    return watch.elapsed().count();
  }
  void stop() { engines_.at("postgresql").release(spec()); }

 private:
  DatabaseSpec spec() const {
    return {.kind = EnvironmentKind::test,
            .engine = "postgresql",
            .server = Server::managed,
            .storage = Storage::memory,
            .work_folder = folder_.path() / ".provision"};
  }

  TemporaryFolder folder_;
  Silent silent_;
  Engines engines_{silent_};
};

/// True once the server says that it is ready for a query of "postgres".
bool is_ready(const std::string& socket) {
  const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  socket.copy(address.sun_path, sizeof address.sun_path - 1);
  constexpr std::string_view kHello("\0\0\0\x29\0\3\0\0user\0postgres\0database\0postgres\0\0",
                                    0x29);
  char answer[4096];
  ssize_t size = 0;
  if (::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::write(client, kHello.data(), kHello.size()) > 0) {
    do {
      size = ::read(client, answer, sizeof answer);
      // ReadyForQuery is the last of the greeting: 'Z', its length, and "idle".
    } while (size > 0 &&
             std::string_view(answer, static_cast<size_t>(size))
                     .find(std::string_view("Z\0\0\0\5I", 6)) == std::string_view::npos &&
             answer[0] != 'E');
  }
  const bool ready = size > 0 && answer[0] == 'R';
  ::close(client);
  return ready;
}

pid_t spawn(const std::vector<std::string>& words, const ServerUser& user) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int null = ::open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; ++i) ::dup2(null, i);
  if (!user.name.empty() &&
      (::setgroups(0, nullptr) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0)) {
    ::_exit(126);
  }
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

/// What the running server of `folders` was started with.
std::vector<std::string> command_of(const ServerFolders& folders) {
  const std::string line =
      read_bytes(fmt::format("/proc/{}/cmdline", postgresql::server_process(folders.data)));
  std::vector<std::string> words = split_list(line, '\0');
  words[0] = (postgresql::binaries().folder / "postgres").string();
  return words;
}

double time_of_postgres(const std::vector<std::string>& words, const ServerFolders& folders) {
  const ServerUser user = postgresql::server_user();
  postgresql::make_server_folders(folders, user);
  const Stopwatch watch;
  const pid_t server = spawn(words, user);
  while (!is_ready(folders.socket / ".s.PGSQL.5432")) {
    if (::waitpid(server, nullptr, WNOHANG) != 0) throw std::runtime_error("postgres ended");
    ::poll(nullptr, 0, 1);
  }
  const double took = watch.elapsed().count();
  ::kill(server, SIGINT);
  ::waitpid(server, nullptr, 0);
  return took;
}

void start_server(benchmark::State& state) {
  ServerProject project;
  project.start();
  const ServerFolders folders = project.folders();
  const std::vector<std::string> words = command_of(folders);
  project.stop();
  const auto ours = [&] {
    const double took = project.start();
    project.stop();
    return took;
  };
  contest(
      state, ours, [&] { return time_of_postgres(words, folders); }, 1.3);
}

double time_of_initdb() {
  const ServerUser user = postgresql::server_user();
  const fs::path target = postgresql::memory_place() / "bench-initdb";
  fs::remove_all(target);
  postgresql::claim_own_folder(target.parent_path());
  postgresql::claim_folder(target, user.uid, user.gid, 0700);
  const Stopwatch watch;
  const Outcome outcome = run({.program = postgresql::binaries().folder / "initdb",
                               .arguments = {"--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
                                             "--auth=trust", "-D", target.string()},
                               .folder = "/",
                               .user = user.name});
  const double took = watch.elapsed().count();
  fs::remove_all(target);
  if (outcome.exit_code != 0) throw std::runtime_error(outcome.errors);
  return took;
}

void from_nothing(benchmark::State& state) {
  ServerProject().start();  // so that the initial data is there
  contest(
      state, [] { return ServerProject().start(); }, &time_of_initdb, 1.0 / 3);
}

}  // namespace

void register_server() {
  register_contest("server/start", 15, &start_server);
  register_contest("server/from_nothing", 9, &from_nothing);
}

}  // namespace provision::bench
