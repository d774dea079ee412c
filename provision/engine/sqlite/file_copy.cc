#include "provision/engine/sqlite/file_copy.h"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "provision/base/descriptor.h"
#include "provision/base/interrupt.h"
#include "provision/engine/sqlite/connection.h"

namespace provision::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr size_t kChunk = size_t{8} << 20;

/// Copies what is left of `from` through our memory.
void pump(const Descriptor& from, const Descriptor& to, const fs::path& path) {
  std::string buffer(1 << 20, '\0');
  while (true) {
    stop_if_interrupted();
    const ssize_t count = ::read(from.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("cannot copy to", path, errno);
    if (count == 0) return;
    to.write({buffer.data(), static_cast<size_t>(count)}, path);
  }
}

void copy_bytes(const Descriptor& from, const Descriptor& to, const fs::path& path) {
  if (::ioctl(to.number(), FICLONE, from.number()) == 0) return;
  while (true) {
    stop_if_interrupted();
    const ssize_t count =
        ::copy_file_range(from.number(), nullptr, to.number(), nullptr, kChunk, 0);
    if (count == 0) return;
    if (count > 0 || errno == EINTR) continue;
    // Between file systems, or on one that has no such call; both stand where it ended.
    if (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) break;
    throw system_error("cannot copy to", path, errno);
  }
  pump(from, to, path);
}

/// Holds a file against writers for as long as it lives.
class Reading {
 public:
  explicit Reading(const fs::path& path) : connection_(open(path, true)) {
    execute(connection_, "BEGIN; SELECT count(*) FROM sqlite_schema");
  }

  /// False where what was committed last may be in a file beside it.
  bool is_one_file() { return query(connection_, "PRAGMA journal_mode").rows.at(0).at(0) != "wal"; }
  SQLite::Database& connection() { return connection_; }

 private:
  SQLite::Database connection_;
};

void copy_pages(SQLite::Database& source, const fs::path& to) {
  try {
    SQLite::Database target(to.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup(target, source).executeStep(-1);
  } catch (const SQLite::Exception& error) {
    throw translated(error);
  }
}

void copy_held(const fs::path& from, const fs::path& to) {
  // Closed last: to close it takes back the locks that SQLite has on the file.
  const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) throw system_error("cannot read", from, errno);
  Reading reading(from);
  if (!reading.is_one_file()) return copy_pages(reading.connection(), to);
  const Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!target.is_open()) throw system_error("cannot write", to, errno);
  copy_bytes(source, target, to);
}

}  // namespace

void copy_database(const fs::path& from, const fs::path& to) {
  std::error_code code;
  if (fs::exists(to, code)) throw refused(fmt::format("'{}' exists already", to.string()));
  try {
    copy_held(from, to);
  } catch (const Error& error) {
    fs::remove(to, code);
    throw error.within(fmt::format("cannot copy '{}'", from.string()));
  }
}

}  // namespace provision::sqlite
