// Where a managed server lives: its data, its locks, its log, its socket.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "provision/engine/postgresql/binaries.h"
#include "provision/model/environment.h"

namespace provision::postgresql {

struct ServerFolders {
  std::filesystem::path base;    ///< ours, on disk or in memory; holds what follows but the socket
  std::filesystem::path data;    ///< the server's user's
  std::filesystem::path log;     ///< ours
  std::filesystem::path socket;  ///< the server's user's, 0700: who may enter is a superuser
  std::filesystem::path start_lock;
  std::filesystem::path users_lock;
  std::filesystem::path project;
  std::filesystem::path keep;  ///< there while `up` holds: the seconds; its time is the last use
  bool in_memory = false;
  std::string reason;  ///< why the data is where it is
};

/// `users_lock` is `data` and this.
inline constexpr const char* kUsersLock = ".users.lock";

/// The folders for the server of `spec`; nothing is made. Where the environment does not say it,
/// data that is there stays where it is, and new data of a test environment is for memory if there
/// is room.
ServerFolders server_folders(const DatabaseSpec& spec, int major);
/// The same for data on disk.
ServerFolders folders_on_disk(const DatabaseSpec& spec, int major, std::string reason);

/// Makes `base` and `socket`. Throws unavailable Error for a folder that somebody else made.
void make_server_folders(const ServerFolders& folders, const ServerUser& user);

/// True if the folders hold a whole data folder.
bool has_data(const ServerFolders& folders);

/// Our own folder below `parent`, which all users share.
std::filesystem::path own_folder(const std::filesystem::path& parent);
/// Makes `folder`, or makes sure that it is a folder, `owner`'s, and nobody else's to write to.
/// Throws unavailable Error.
void claim_folder(const std::filesystem::path& folder, uid_t owner, gid_t group, mode_t mode);
/// The same for one of ours; a server that runs as another user may pass through, but not look.
void claim_own_folder(const std::filesystem::path& folder);

/// Where our data in memory, our folders of projects that a server cannot enter, and our sockets
/// are.
std::filesystem::path memory_place();
std::filesystem::path disk_place();
std::filesystem::path socket_place();

/// Removes what is in memory of servers whose project is gone, unless `dry_run`, and says where it
/// was. What somebody uses stays: a project may be out of sight only for us.
std::vector<std::filesystem::path> sweep_memory(bool dry_run);

}  // namespace provision::postgresql
