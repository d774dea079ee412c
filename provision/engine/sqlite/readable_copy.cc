#include "provision/engine/sqlite/readable_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
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

// A larger file is read in its place, at the price of two files beside it.
constexpr std::uintmax_t kLargestAtRest = std::uintmax_t{1} << 30;

// What is not in the main file: commits not yet moved there, and how to take back what a crash left
// half done. The index of the first (`-shm`) is made again.
constexpr std::array<const char*, 3> kSuffixes = {"", "-wal", "-journal"};

bool is_writable(const fs::path& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
}

/// Asked of SQLite: a descriptor of our own would, when it is closed, take back the locks that
/// other connections of this process have on the file.
bool is_in_wal_mode(const fs::path& path) {
  constexpr sqlite3_int64 kReadVersion =
      19;  // https://www.sqlite.org/fileformat.html#file_format_version_numbers
  constexpr char kWal = 2;
  try {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
    sqlite3_file* file = nullptr;
    char version = 0;
    return sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) ==
               SQLITE_OK &&
           file->pMethods->xRead(file, &version, 1, kReadVersion) == SQLITE_OK && version == kWal;
  } catch (const SQLite::Exception&) {
    return false;  // who opens it to read it is told why it cannot be
  }
}

/// True for a file that nobody has open and beside which reading would leave others.
bool is_at_rest(const fs::path& path) {
  std::error_code missing;
  if (fs::exists(path.string() + "-shm", missing)) return false;
  return fs::is_regular_file(path, missing) && fs::file_size(path, missing) <= kLargestAtRest &&
         is_in_wal_mode(path);
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
                    "try again when it is at rest");
}

std::unique_ptr<TemporaryFolder> readable_copy(const fs::path& path, Patience* patience) {
  if (is_writable(path.has_parent_path() ? path.parent_path() : ".")) {
    if (is_at_rest(path)) return copied(path);
    std::error_code missing;
    if (!fs::exists(path.string() + "-journal", missing)) return nullptr;
  }
  try {
    open(path, true, patience);
    return nullptr;
  } catch (const Error& error) {
    if (error.code() != "SQLITE_CANTOPEN" && error.code() != "SQLITE_READONLY") throw;
  }
  return copied(path);
}

}  // namespace provision::sqlite
