// Where a managed server lives: its data, its locks, its log, its socket.
#pragma once

#include <filesystem>

#include "provision/engine/postgresql/binaries.h"
#include "provision/model/environment.h"

namespace provision::postgresql {

struct ServerFolders {
  std::filesystem::path base;    ///< ours; holds what follows, but for the socket
  std::filesystem::path data;    ///< the server's user's
  std::filesystem::path log;     ///< ours
  std::filesystem::path socket;  ///< the server's user's, 0700: who may enter is a superuser
  std::filesystem::path start_lock;
  std::filesystem::path users_lock;
};

/// The folders for the server of `spec`; nothing is made.
ServerFolders server_folders(const DatabaseSpec& spec, int major);

/// Makes `base` and `socket`. Throws unavailable Error for a folder that somebody else made.
void make_server_folders(const ServerFolders& folders, const ServerUser& user);

/// Makes the data folder by initdb, or as a copy of one that was made before.
void make_data_folder(const ServerFolders& folders, const ServerUser& user);

}  // namespace provision::postgresql
