#include "provision/engine/postgresql/managed_server.h"

#include <poll.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/connection.h"
#include "provision/engine/postgresql/supervisor.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStartPatience{60};
constexpr std::chrono::milliseconds kPause{1};

DatabaseSpec at_socket(DatabaseSpec spec, const fs::path& socket) {
  spec.location.host = socket.string();
  spec.location.port = "5432";
  spec.location.user = "postgres";
  spec.location.password = {};
  spec.location.parameters.clear();
  spec.tls = "disable";
  return spec;
}

std::vector<std::string> server_arguments(const ServerFolders& folders, const DatabaseSpec& spec) {
  std::vector<std::string> arguments = {"postgres", "-D", folders.data.string(), "-k",
                                        folders.socket.string()};
  const auto set = [&](std::string_view setting) {
    arguments.emplace_back("-c");
    arguments.emplace_back(setting);
  };
  for (const std::string_view setting :
       {"listen_addresses=", "port=5432", "unix_socket_permissions=0700", "logging_collector=off",
        "log_destination=stderr", "jit=off"}) {
    set(setting);
  }
  // Asking who holds which lock costs what the table of locks has room for, and a verification asks
  // at every step.
  if (spec.scratch_server) {
    for (const std::string_view setting :
         {"max_connections=20", "max_locks_per_transaction=512", "shared_buffers=128MB",
          "autovacuum=off", "wal_level=minimal", "max_wal_senders=0"}) {
      set(setting);
    }
  } else {
    for (const std::string_view setting :
         {"max_connections=100", "max_locks_per_transaction=1024", "shared_buffers=64MB"}) {
      set(setting);
    }
  }
  if (spec.kind == EnvironmentKind::test) {
    for (const std::string_view setting :
         {"fsync=off", "synchronous_commit=off", "full_page_writes=off"}) {
      set(setting);
    }
  }
  return arguments;
}

/// The process in the first line of postmaster.pid; 0 if there is none, or it is gone.
pid_t postmaster(const fs::path& data) {
  std::error_code error;
  if (!fs::exists(data / "postmaster.pid", error)) return 0;
  const pid_t pid = std::atoi(read_bytes(data / "postmaster.pid").c_str());
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM) ? pid : 0;
}

bool has_ended(const Descriptor& alive) {
  pollfd poll{alive.number(), POLLIN, 0};
  return ::poll(&poll, 1, 0) > 0;
}

ServerFolders ready_folders(const DatabaseSpec& spec) {
  ServerFolders folders = server_folders(spec, binaries().major);
  make_server_folders(folders, server_user());
  return folders;
}

}  // namespace

ManagedServer::ManagedServer(const DatabaseSpec& spec, Progress& progress)
    : folders_(ready_folders(spec)), users_(folders_.users_lock) {
  FileLock starting(folders_.start_lock);
  starting.lock();
  // Waits while the last server of this folder shuts down.
  users_.lock(FileLock::Mode::shared);
  if (postmaster(folders_.data) != 0 && answers()) return;
  start(spec, progress);
}

bool ManagedServer::has_data(const DatabaseSpec& spec) {
  return fs::exists(server_folders(spec, binaries().major).data / "PG_VERSION");
}

DatabaseSpec ManagedServer::located(const DatabaseSpec& spec) const {
  return at_socket(spec, folders_.socket);
}

bool ManagedServer::answers() const {
  DatabaseSpec spec;
  spec.location.database = "postgres";
  ConnectOptions options;
  options.access = Access::read;
  try {
    Connection connection(located(spec), options);
    // A server that a crash left behind could own the socket of another one's data.
    return fs::equivalent(connection.value("SHOW data_directory"), folders_.data);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) return false;
    throw;
  }
}

void ManagedServer::start(const DatabaseSpec& spec, Progress& progress) {
  const ServerUser user = server_user();
  // Again: the server that was here before took the folder of its socket away.
  make_server_folders(folders_, user);
  make_data_folder(folders_, user);
  const ServerCommand command = {.program = binaries().folder / "postgres",
                                 .arguments = server_arguments(folders_, spec),
                                 .user = user,
                                 .log = folders_.log,
                                 .users_lock = folders_.users_lock,
                                 .socket_folder = folders_.socket};
  std::string line = command.program.string();
  for (const std::string& argument : command.arguments) {
    if (&argument != command.arguments.data()) line.append(" ").append(argument);
  }
  progress.detail(line);
  std::error_code ignored;
  fs::resize_file(folders_.log, 0, ignored);
  const Descriptor alive = start_supervised(command);
  const auto begin = Clock::now();
  while (!answers()) {
    stop_if_interrupted();
    if (has_ended(alive) || Clock::now() - begin > kStartPatience) {
      throw unavailable(fmt::format("the PostgreSQL server in '{}' does not start: {}",
                                    folders_.data.string(), log_tail()),
                        fmt::format("its log is '{}'", folders_.log.string()));
    }
    std::this_thread::sleep_for(kPause);
  }
}

std::string ManagedServer::log_tail() const {
  constexpr size_t kLines = 5;
  const std::string log = read_bytes(folders_.log);
  const std::vector<std::string_view> lines = lines_of(trimmed(log));
  std::string tail;
  for (size_t i = lines.size() > kLines ? lines.size() - kLines : 0; i < lines.size(); ++i) {
    if (!tail.empty()) tail += '\n';
    tail += lines[i];
  }
  return tail.empty() ? "it said nothing" : tail;
}

}  // namespace provision::postgresql
