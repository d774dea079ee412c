#include "provision/engine/postgresql/managed_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/connection.h"
#include "provision/engine/postgresql/initial_data.h"
#include "provision/engine/postgresql/server_process.h"
#include "provision/engine/postgresql/supervisor.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStartPatience{60};
constexpr std::chrono::milliseconds kPause{1};

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
         {"max_connections=250", "max_locks_per_transaction=512", "shared_buffers=64MB"}) {
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

bool has_ended(const Descriptor& alive) {
  pollfd poll{alive.number(), POLLIN, 0};
  return ::poll(&poll, 1, 0) > 0;
}

/// Somebody uses the server: `up` counts from now on.
void tell_use(const fs::path& keep) { ::utimensat(AT_FDCWD, keep.c_str(), nullptr, 0); }

}  // namespace

DatabaseSpec at_socket(DatabaseSpec spec, const fs::path& socket) {
  spec.location.host = socket.string();
  spec.location.port = "5432";
  spec.location.user = "postgres";
  spec.location.password = {};
  spec.location.parameters.clear();
  spec.tls = "disable";
  return spec;
}

void wait_until_ended(const ServerFolders& folders) {
  while (true) {
    {
      FileLock users(folders.users_lock);
      users.lock();
      // The supervisor waits for the lock as well: we may have been the first.
      if (server_process(folders.data) == 0) return;
    }
    std::this_thread::sleep_for(kPause);
  }
}

bool answers(const ServerFolders& folders) {
  DatabaseSpec spec;
  spec.location.database = "postgres";
  ConnectOptions options;
  options.access = Access::read;
  std::string data;
  try {
    data = Connection(at_socket(spec, folders.socket), options).value("SHOW data_directory");
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::unavailable) return false;
    throw;
  }
  std::error_code missing;
  if (fs::equivalent(data, folders.data, missing)) return true;
  const auto owner = socket_owner(folders.socket);
  throw unavailable(fmt::format("another PostgreSQL server, of '{}', has the socket in '{}'", data,
                                folders.socket.string()),
                    owner ? fmt::format("end it: its process is {}", owner->process) : "end it");
}

ManagedServer::ManagedServer(const DatabaseSpec& spec, Progress& progress)
    : folders_(server_folders(spec, binaries().major)) {
  try {
    open(spec, progress);
  } catch (const Error& error) {
    const bool may_move = folders_.in_memory && spec.storage == Storage::automatic;
    if (!may_move || error.kind() != ErrorKind::unavailable || postgresql::has_data(folders_))
      throw;
    progress.note(fmt::format("{}; on disk then", error.message()));
    folders_ = folders_on_disk(spec, binaries().major, "memory was full");
    open(spec, progress);
  }
}

void ManagedServer::open(const DatabaseSpec& spec, Progress& progress) {
  const ServerUser user = server_user();
  make_server_folders(folders_, user);
  FileLock starting(folders_.start_lock);
  starting.lock();
  users_.emplace(folders_.users_lock);
  // Waits while the last server of this folder shuts down.
  users_->lock(FileLock::Mode::shared);
  tell_use(folders_.keep);
  if (finds_server(folders_.data, [&] { return answers(folders_); })) return;
  // `up` was for the server that was here.
  fs::remove(folders_.keep);
  if (folders_.in_memory && !postgresql::has_data(folders_)) sweep_memory(false);
  // Again: the server that was here before took the folder of its socket away.
  make_server_folders(folders_, user);
  make_data_folder(folders_, user);
  start(spec, progress);
}

bool ManagedServer::has_data(const DatabaseSpec& spec) {
  return postgresql::has_data(server_folders(spec, binaries().major));
}

DatabaseSpec ManagedServer::located(const DatabaseSpec& spec) const {
  return at_socket(spec, folders_.socket);
}

void ManagedServer::start(const DatabaseSpec& spec, Progress& progress) {
  const ServerCommand command = {.program = binaries().folder / "postgres",
                                 .arguments = server_arguments(folders_, spec),
                                 .user = server_user(),
                                 .log = folders_.log,
                                 .users_lock = folders_.users_lock,
                                 .keep = folders_.keep,
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
  while (!answers(folders_)) {
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
