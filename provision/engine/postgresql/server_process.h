// The process of a managed server, as its files tell.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace provision::postgresql {

/// The process that serves the data folder `data`; 0 if none does. One that merely has the number
/// that a dead one left in postmaster.pid is none.
pid_t server_process(const std::filesystem::path& data);

/// Waits for a server of `data` whose supervisor is gone, and which is therefore ending, and
/// removes what tells of one that died: its number may be another process's by now, for which a new
/// server would make way. Throws unavailable Error if it does not end.
void clear_former_server(const std::filesystem::path& data);

/// Who has the socket in a folder, running or not.
struct SocketOwner {
  pid_t process = 0;
  std::filesystem::path data;
};
std::optional<SocketOwner> socket_owner(const std::filesystem::path& socket_folder);

}  // namespace provision::postgresql
