// Servers and folders whose owner is gone.
#include <signal.h>

#include <chrono>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/server_process.h"
#include "provision/engine/postgresql/servers.h"
#include "provision/engine/postgresql/supervisor.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

/// True if the process of a running server is a child of its supervisor.
bool has_supervisor(pid_t server) {
  for (const std::string& line :
       split_list(read_bytes(fmt::format("/proc/{}/status", server)), '\n')) {
    constexpr std::string_view kParent = "PPid:";
    if (!line.starts_with(kParent)) continue;
    const std::string parent(trimmed(std::string_view(line).substr(kParent.size())));
    return trimmed(read_bytes(fmt::format("/proc/{}/comm", parent))) == kSupervisorName;
  }
  return false;
}

void collect_server(const SocketOwner& owner, bool dry_run, std::vector<ServerRemains>& found) {
  if (has_supervisor(owner.process)) return;
  if (!dry_run) {
    ::kill(owner.process, SIGQUIT);
    finds_server(owner.data, [] { return false; });
  }
  found.push_back({"server without a supervisor", owner.data});
}

/// Who starts a server holds its lock, from before its socket is there.
void collect_socket(const fs::path& folder, const SocketOwner& owner, bool dry_run,
                    std::vector<ServerRemains>& found) {
  const fs::path lock = owner.data.string() + kUsersLock;
  std::optional<FileLock> users;
  if (fs::exists(lock) && !users.emplace(lock).try_lock()) return;
  std::error_code ignored;
  if (!dry_run) fs::remove_all(folder, ignored);
  found.push_back({"socket of a dead server", folder});
}

/// An empty folder that is not one of a server that is about to start.
void collect_folder(const fs::path& folder, bool dry_run, std::vector<ServerRemains>& found) {
  std::error_code error;
  const auto age = fs::file_time_type::clock::now() - fs::last_write_time(folder, error);
  if (error || age < std::chrono::hours(1) || !fs::is_empty(folder, error)) return;
  if (!dry_run) fs::remove(folder, error);
  found.push_back({"folder of a socket that is gone", folder});
}

}  // namespace

std::vector<ServerRemains> PostgresqlServers::collect(bool dry_run) {
  std::vector<ServerRemains> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(socket_place(), missing)) {
    const auto owner = socket_owner(entry.path());
    if (!owner) {
      collect_folder(entry.path(), dry_run, found);
      continue;
    }
    try {
      if (server_process(owner->data) == owner->process) {
        collect_server(*owner, dry_run, found);
      } else {
        collect_socket(entry.path(), *owner, dry_run, found);
      }
    } catch (const Error& error) {
      found.push_back({"server without a supervisor", entry.path(), error.message()});
    }
  }
  for (const fs::path& place : sweep_memory(dry_run)) {
    found.push_back({"data in memory of a project that is gone", place});
  }
  return found;
}

}  // namespace provision::postgresql
