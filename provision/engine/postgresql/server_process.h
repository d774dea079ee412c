// The process of a managed server, as its files tell.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>

namespace provision::postgresql {

/// The process that serves the data folder `data`; 0 if none does. One that merely has the number
/// that a dead one left in postmaster.pid is none.
pid_t server_process(const std::filesystem::path& data);

/// True if a server of `data` runs and `answers`; waits for one that is on its way up or down, as
/// one is whose starter was killed. Where there is none, what tells of one that died is removed:
/// its number may be another process's by now, for which a new server would make way. Throws
/// unavailable Error for one that neither answers nor ends.
bool finds_server(const std::filesystem::path& data, const std::function<bool()>& answers);

/// Who has the socket in a folder, running or not.
struct SocketOwner {
  pid_t process = 0;
  std::filesystem::path data;
};
std::optional<SocketOwner> socket_owner(const std::filesystem::path& socket_folder);

}  // namespace provision::postgresql
