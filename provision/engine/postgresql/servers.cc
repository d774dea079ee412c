#include "provision/engine/postgresql/servers.h"

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/connection.h"
#include "provision/engine/postgresql/server_process.h"
#include "provision/engine/postgresql/sessions.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kEndPatience{30};

ServerState state_of(const ServerFolders& folders) {
  ServerState state{.data = folders.data,
                    .in_memory = folders.in_memory,
                    .reason = folders.reason,
                    .has_data = has_data(folders),
                    .is_running = server_process(folders.data) != 0};
  struct stat info {};
  if (!state.is_running || ::stat(folders.keep.c_str(), &info) != 0) return state;
  state.kept_for = std::chrono::seconds(std::atol(read_bytes(folders.keep).c_str()));
  if (state.kept_for->count() > 0) {
    state.kept_until = info.st_mtim.tv_sec + state.kept_for->count();
  }
  return state;
}

Connection session_with(const ServerFolders& folders) {
  DatabaseSpec spec;
  spec.location.database = "postgres";
  ConnectOptions options;
  options.access = Access::read;
  return Connection(at_socket(spec, folders.socket), options);
}

/// Waits until `has_ended`.
template <typename Condition>
void wait_for_end(const ServerFolders& folders, Condition has_ended) {
  for (const auto begin = Clock::now(); !has_ended();) {
    stop_if_interrupted();
    if (Clock::now() - begin > kEndPatience) {
      throw unavailable(
          fmt::format("a command still uses the server in '{}'", folders.data.string()),
          "it ends with that command, or give --force");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

ServerState PostgresqlServers::state(const DatabaseSpec& spec) {
  return state_of(server_folders(spec, binaries().major));
}

ServerState PostgresqlServers::keep(const DatabaseSpec& spec, std::chrono::seconds idle) {
  const ServerFolders& folders = share_(spec).folders();
  write_file(folders.keep, fmt::format("{}\n", idle.count()));
  return state_of(folders);
}

std::vector<std::string> PostgresqlServers::databases(const DatabaseSpec& spec) {
  Connection server = session_with(server_folders(spec, binaries().major));
  std::vector<std::string> names;
  for (const Row& row : server
                            .query("SELECT datname FROM pg_catalog.pg_database "
                                   "WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1")
                            .rows) {
    names.push_back(row[0].value_or(""));
  }
  return names;
}

bool PostgresqlServers::end(const DatabaseSpec& spec, bool force) {
  give_up_();
  const ServerFolders folders = server_folders(spec, binaries().major);
  if (!fs::exists(folders.start_lock)) return false;
  FileLock starting(folders.start_lock);
  starting.lock();
  const pid_t process = server_process(folders.data);
  if (process == 0) return false;
  if (!force) {
    Connection server = session_with(folders);
    require_no_sessions(server);
  }
  fs::remove(folders.keep);
  if (!force) {
    // Its supervisor holds the lock until all is done; we let it have it.
    wait_for_end(folders, [&] {
      return FileLock(folders.users_lock).try_lock() && server_process(folders.data) == 0;
    });
    return true;
  }
  ::kill(process, SIGINT);
  wait_for_end(folders, [&] { return server_process(folders.data) == 0; });
  std::error_code ignored;
  fs::remove(folders.socket, ignored);
  return true;
}

}  // namespace provision::postgresql
