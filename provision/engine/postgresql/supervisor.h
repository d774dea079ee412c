// The small process that ends a managed server when nobody uses it any more.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "provision/base/descriptor.h"
#include "provision/engine/postgresql/binaries.h"

namespace provision::postgresql {

/// What a supervisor is called in the list of processes.
inline constexpr const char* kSupervisorName = "provision-pg";

struct ServerCommand {
  std::filesystem::path program;
  std::vector<std::string> arguments;  ///< from the program's name on
  ServerUser user;
  std::filesystem::path log;
  std::filesystem::path users_lock;
  std::filesystem::path keep;
  std::filesystem::path socket_folder;
};

/// Starts the server and its supervisor, which stops the server once it gets `users_lock`
/// exclusively, so when the last of its users is gone, however it went; the lock is kept until the
/// server is down and the folder of its socket is removed. While a file `keep` tells a number of
/// seconds, the server stays until it was not used for so long (0: for ever); the file's time is
/// when it was used last, and it goes when the time is over. Returns a pipe that ends when both are
/// gone.
Descriptor start_supervised(const ServerCommand& command);

}  // namespace provision::postgresql
