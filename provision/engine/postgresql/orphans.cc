// Servers and folders whose owner is gone.
#include <signal.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/server_process.h"
#include "provision/engine/postgresql/servers.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

/// A server that nobody uses and nobody will end: its supervisor holds the lock of its users.
bool is_without_supervisor(const SocketOwner& owner) {
  const fs::path lock = owner.data.string() + ".users.lock";
  return !fs::exists(lock) || FileLock(lock).try_lock();
}

/// Whoever starts a server holds its lock before its socket is there.
void collect_sockets(bool dry_run, std::vector<ServerRemains>& found) {
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(socket_place(), missing)) {
    const auto owner = socket_owner(entry.path());
    if (!owner || !is_without_supervisor(*owner)) continue;
    const bool is_running = server_process(owner->data) == owner->process;
    if (!dry_run && is_running) {
      ::kill(owner->process, SIGQUIT);
      clear_former_server(owner->data);
    }
    std::error_code ignored;
    if (!dry_run) fs::remove_all(entry.path(), ignored);
    found.push_back(is_running ? ServerRemains{"server without a supervisor", owner->data}
                               : ServerRemains{"socket of a dead server", entry.path()});
  }
}

}  // namespace

std::vector<ServerRemains> PostgresqlServers::collect(bool dry_run) {
  std::vector<ServerRemains> found;
  collect_sockets(dry_run, found);
  for (const fs::path& place : sweep_memory(dry_run)) {
    found.push_back({"data in memory of a project that is gone", place});
  }
  return found;
}

}  // namespace provision::postgresql
