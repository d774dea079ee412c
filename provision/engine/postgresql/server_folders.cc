#include "provision/engine/postgresql/server_folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/memory_folder.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMemoryPrefix = "server-";
/// In a folder in memory: a file that tells the project that it belongs to.
constexpr std::string_view kProjectFile = "project";

bool may_enter(const fs::path& folder, const ServerUser& user) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) return true;  // not there yet: made by us
  const mode_t bit = info.st_uid == user.uid   ? S_IXUSR
                     : info.st_gid == user.gid ? S_IXGRP
                                               : S_IXOTH;
  return (info.st_mode & bit) != 0;
}

/// Asked by modes, since we are root when the answer matters.
bool is_reachable(const fs::path& folder, const ServerUser& user) {
  for (fs::path at = folder; at.has_relative_path(); at = at.parent_path()) {
    if (!may_enter(at, user)) return false;
  }
  return true;
}

ServerFolders folders_in(const DatabaseSpec& spec, int major, bool in_memory, std::string reason) {
  const ServerUser user = server_user();
  const fs::path wished = spec.work_folder / "postgresql";
  const std::string project = sha256(spec.work_folder.string()).substr(0, 16);
  // Test servers forgo durability, so they have data of their own.
  const bool is_test = spec.kind == EnvironmentKind::test;
  const std::string name = fmt::format("{}{}", major, is_test ? "-test" : "");
  ServerFolders folders;
  folders.base = is_reachable(wished, user) ? wished : disk_place() / project;
  if (in_memory) folders.base = memory_place() / fmt::format("{}{}", kMemoryPrefix, project);
  folders.data = folders.base / name;
  folders.log = folders.base / (name + ".log");
  folders.start_lock = folders.base / (name + ".start.lock");
  folders.users_lock = folders.base / (name + kUsersLock);
  folders.keep = folders.base / (name + ".keep");
  folders.project = spec.work_folder.parent_path();
  folders.in_memory = in_memory;
  folders.reason = std::move(reason);
  // Short, whatever the project's path: a socket's path may have no more than 107 bytes.
  folders.socket = socket_place() / sha256(folders.data.string()).substr(0, 16);
  return folders;
}

/// True if nobody uses a server whose files are in `base`.
bool is_unused(const fs::path& base) {
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(base, missing)) {
    if (!entry.path().string().ends_with(kUsersLock)) continue;
    if (!FileLock(entry.path()).try_lock()) return false;
  }
  return true;
}

}  // namespace

fs::path own_folder(const fs::path& parent) {
  return parent / fmt::format("provision-{}", ::geteuid());
}

fs::path memory_place() { return own_folder(memory_folder()); }
fs::path disk_place() { return own_folder("/var/tmp"); }
fs::path socket_place() { return own_folder("/tmp"); }

// Somebody else may have made it, or a symbolic link, in a place that all users share.
void claim_folder(const fs::path& folder, uid_t owner, gid_t group, mode_t mode) {
  const bool made = ::mkdir(folder.c_str(), mode) == 0;
  if (!made && errno != EEXIST) throw system_error("cannot make", folder, errno);
  const Descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat info {};
  if (!handle.is_open() || ::fstat(handle.number(), &info) != 0) {
    throw system_error("cannot use", folder, errno);
  }
  if (made &&
      (::fchown(handle.number(), owner, group) != 0 || ::fchmod(handle.number(), mode) != 0)) {
    throw system_error("cannot make", folder, errno);
  }
  if (made || (info.st_uid == owner && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0)) return;
  throw unavailable(fmt::format("folder '{}' belongs to somebody else", folder.string()),
                    "remove it");
}

void claim_own_folder(const fs::path& folder) {
  claim_folder(folder, ::geteuid(), ::getegid(), ::geteuid() == 0 ? 0711 : 0700);
}

bool has_data(const ServerFolders& folders) { return fs::exists(folders.data / "PG_VERSION"); }

ServerFolders folders_on_disk(const DatabaseSpec& spec, int major, std::string reason) {
  return folders_in(spec, major, false, std::move(reason));
}

ServerFolders server_folders(const DatabaseSpec& spec, int major) {
  const auto on_disk = [&](std::string reason) {
    return folders_on_disk(spec, major, std::move(reason));
  };
  const auto in_memory = [&](std::string reason) {
    return folders_in(spec, major, true, std::move(reason));
  };
  if (spec.scratch_server) return on_disk("its folder is there");
  if (spec.storage == Storage::disk) return on_disk("the environment says so");
  if (spec.storage == Storage::memory) return in_memory("the environment says so");
  if (spec.kind != EnvironmentKind::test) return on_disk("it is not for tests");
  if (ServerFolders folders = in_memory("it is there already"); has_data(folders)) return folders;
  if (ServerFolders folders = on_disk("it is there already"); has_data(folders)) return folders;
  MemoryRoom room = memory_room(kServerRoom);
  return room.is_enough ? in_memory(std::move(room.reason)) : on_disk(std::move(room.reason));
}

void make_server_folders(const ServerFolders& folders, const ServerUser& user) {
  const fs::path parent = folders.base.parent_path();
  if (parent == disk_place() || folders.in_memory) {
    claim_own_folder(parent);
  } else if (!fs::exists(parent)) {
    make_folder(parent.parent_path());
    claim_own_folder(parent);
  }
  claim_own_folder(folders.base);
  claim_own_folder(socket_place());
  claim_folder(folders.socket, user.uid, user.gid, 0700);
  const fs::path owner = folders.base / kProjectFile;
  if (folders.in_memory && !fs::exists(owner)) write_file(owner, folders.project.string());
}

std::vector<fs::path> sweep_memory(bool dry_run) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(memory_place(), missing)) {
    const fs::path owner = entry.path() / kProjectFile;
    std::error_code error;
    if (!entry.path().filename().string().starts_with(kMemoryPrefix)) continue;
    if (!fs::exists(owner, error) || fs::exists(read_bytes(owner), error)) continue;
    if (!is_unused(entry.path())) continue;
    if (!dry_run) fs::remove_all(entry.path(), error);
    found.push_back(entry.path());
  }
  return found;
}

}  // namespace provision::postgresql
