#include "provision/engine/sqlite/readable_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>

#include "provision/base/error.h"
#include "provision/engine/sqlite/connection.h"

namespace provision::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int kAttempts = 5;

// What is not in the main file: commits not yet moved there, and how to take back what a crash left
// half done. The index of the first (`-shm`) is made again.
constexpr std::array<const char*, 3> kSuffixes = {"", "-wal", "-journal"};

bool is_writable(const fs::path& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
}

/// Changes whenever somebody writes to one of the files.
std::string state_of(const fs::path& path) {
  std::string state;
  for (const char* suffix : kSuffixes) {
    struct stat status {};
    if (::stat((path.string() + suffix).c_str(), &status) != 0) status = {};
    state += fmt::format("{} {} {}.{:09};", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                         status.st_mtim.tv_nsec);
  }
  return state;
}

void copy_files(const fs::path& path, const fs::path& folder) {
  for (const char* suffix : kSuffixes) {
    const fs::path from = path.string() + suffix;
    if (!fs::exists(from)) continue;
    const fs::path to = folder / from.filename();
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
  }
}

}  // namespace

std::unique_ptr<TemporaryFolder> copied(const fs::path& path) {
  auto folder = std::make_unique<TemporaryFolder>();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string before = state_of(path);
    try {
      copy_files(path, folder->path());
    } catch (const fs::filesystem_error& error) {
      throw unavailable(
          fmt::format("cannot copy '{}' to read it: {}", path.string(), error.code().message()));
    }
    if (state_of(path) == before) return folder;
  }
  throw unavailable(fmt::format("'{}' is written to while it is read", path.string()),
                    "its folder cannot be written, so that readers and writers cannot agree there; "
                    "try again when it is at rest");
}

std::unique_ptr<TemporaryFolder> readable_copy(const fs::path& path, Patience* patience) {
  if (is_writable(path.has_parent_path() ? path.parent_path() : ".")) return nullptr;
  try {
    open(path, true, patience);
    return nullptr;
  } catch (const Error& error) {
    if (error.code() != "SQLITE_CANTOPEN" && error.code() != "SQLITE_READONLY") throw;
  }
  return copied(path);
}

}  // namespace provision::sqlite
