#include "provision/engine/postgresql/server_folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/process.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

/// Our own folder below `parent`, which all users share.
fs::path own_folder(const fs::path& parent) {
  return parent / fmt::format("provision-{}", ::geteuid());
}

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

/// Makes `folder`, or makes sure that it is a folder, `owner`'s, and nobody else's to write to.
/// Somebody else may have made it, or a symbolic link, in a place that all users share.
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

/// Ours; a server that runs as another user may pass through, but not look.
void claim_own_folder(const fs::path& folder) {
  claim_folder(folder, ::geteuid(), ::getegid(), ::geteuid() == 0 ? 0711 : 0700);
}

Outcome run_as(const ServerUser& user, const fs::path& program,
               std::vector<std::string> arguments) {
  Command command;
  command.program = program;
  command.arguments = std::move(arguments);
  command.user = user.name;
  command.folder = "/";
  return run(command);
}

void run_initdb(const fs::path& target, const ServerUser& user) {
  const auto initdb = [&](const std::string& locale) {
    return run_as(user, binaries().folder / "initdb",
                  {"--no-sync", "-E", "UTF8", "--locale=" + locale, "--auth=trust", "-U",
                   "postgres", "-D", target.string()});
  };
  Outcome outcome = initdb("C.UTF-8");
  if (outcome.exit_code != 0) outcome = initdb("C");
  if (outcome.exit_code != 0) {
    throw unavailable(fmt::format("initdb failed: {}", trimmed(outcome.errors)));
  }
}

/// A data folder as initdb makes it, made once for each version: a copy takes a quarter of the
/// time.
fs::path pristine_data(const ServerUser& user) {
  const fs::path cache = own_folder("/var/tmp");
  claim_own_folder(cache);
  const fs::path pristine = cache / fmt::format("initdb-{}", binaries().version);
  if (fs::exists(pristine / "PG_VERSION")) return pristine;
  const fs::path fresh = cache / fmt::format("initdb-{}", random_hex(6));
  claim_folder(fresh, user.uid, user.gid, 0700);
  try {
    run_initdb(fresh, user);
    std::error_code taken;
    fs::rename(fresh, pristine, taken);
    // Another process was faster; its one is as good.
    if (taken) fs::remove_all(fresh);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    throw;
  }
  return pristine;
}

}  // namespace

ServerFolders server_folders(const DatabaseSpec& spec, int major) {
  const ServerUser user = server_user();
  const fs::path wished = spec.work_folder / "postgresql";
  const std::string project = sha256(spec.work_folder.string()).substr(0, 16);
  ServerFolders folders;
  folders.base = is_reachable(wished, user) ? wished : own_folder("/var/tmp") / project;
  // Test servers forgo durability, so they have data of their own.
  const bool is_test = spec.kind == EnvironmentKind::test;
  const std::string name = fmt::format("{}{}", major, is_test ? "-test" : "");
  folders.data = folders.base / name;
  folders.log = folders.base / (name + ".log");
  folders.start_lock = folders.base / (name + ".start.lock");
  folders.users_lock = folders.base / (name + ".users.lock");
  // Short, whatever the project's path: a socket's path may have no more than 107 bytes.
  folders.socket = own_folder("/tmp") / sha256(folders.data.string()).substr(0, 16);
  return folders;
}

void make_server_folders(const ServerFolders& folders, const ServerUser& user) {
  const fs::path parent = folders.base.parent_path();
  if (parent == own_folder("/var/tmp")) {
    claim_own_folder(parent);
  } else if (!fs::exists(parent)) {
    make_folder(parent.parent_path());
    claim_own_folder(parent);
  }
  claim_own_folder(folders.base);
  claim_own_folder(folders.socket.parent_path());
  claim_folder(folders.socket, user.uid, user.gid, 0700);
}

void make_data_folder(const ServerFolders& folders, const ServerUser& user) {
  if (fs::exists(folders.data / "PG_VERSION")) return;
  const fs::path pristine = pristine_data(user);
  const fs::path fresh = folders.base / fmt::format("new-{}", random_hex(6));
  claim_folder(fresh, user.uid, user.gid, 0700);
  const auto copier = find_program("cp");
  if (!copier) throw unavailable("no program 'cp' on PATH");
  const Outcome outcome = run_as(
      user, *copier, {"-a", "--reflink=auto", pristine.string() + "/.", fresh.string() + "/"});
  if (outcome.exit_code != 0) {
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    throw unavailable(fmt::format("cannot make the data of a server: {}", trimmed(outcome.errors)));
  }
  // What is there is not a whole data folder, or it would have been taken.
  fs::remove_all(folders.data);
  fs::rename(fresh, folders.data);
}

}  // namespace provision::postgresql
