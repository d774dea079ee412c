#include "provision/engine/sqlite/dump.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <memory>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/interrupt.h"
#include "provision/engine/sqlite/connection.h"
#include "provision/engine/sqlite/database.h"
#include "provision/engine/sqlite/readable_copy.h"

namespace provision::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = "data.db";
// Between two looks at whether somebody wants us to stop.
constexpr int kPages = 1024;

/// Copies all pages into the file `to`, that `target` has open. The source is in a transaction that
/// reads, so that nothing of it changes meanwhile.
void copy_pages(SQLite::Database& source, SQLite::Database& target, const Descriptor& to) {
  const std::unique_ptr<sqlite3_backup, decltype(&sqlite3_backup_finish)> copying(
      sqlite3_backup_init(target.getHandle(), "main", source.getHandle(), "main"),
      &sqlite3_backup_finish);
  if (!copying) throw last_error(target);
  while (true) {
    stop_if_interrupted();
    const int code = sqlite3_backup_step(copying.get(), kPages);
    if (code == SQLITE_DONE) return;
    if (code != SQLITE_OK) throw translated(SQLite::Exception(sqlite3_errstr(code), code));
    // The disk has something to do already, and at the end there is less to wait for.
    ::sync_file_range(to.number(), 0, 0, SYNC_FILE_RANGE_WRITE);
  }
}

void copy_database(const fs::path& from, const fs::path& to, Patience& patience) {
  const bool is_writable =
      ::faccessat(AT_FDCWD, from.has_parent_path() ? from.parent_path().c_str() : ".", W_OK,
                  AT_EACCESS) == 0;
  const auto readable = is_writable ? nullptr : readable_copy(from, &patience);
  SQLite::Database source =
      open(readable ? readable->path() / from.filename() : from, false, &patience);
  execute(source, "BEGIN; SELECT count(*) FROM sqlite_schema");
  // Closed last: to close it takes back the locks that SQLite has on the file.
  const Descriptor written(::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!written.is_open()) throw system_error("cannot write", to, errno);
  SQLite::Database target(to.string(), SQLite::OPEN_READWRITE);
  // A copy that is cut short is thrown away, and one that is whole is synced by us.
  execute(target, "PRAGMA synchronous = off; PRAGMA journal_mode = off");
  copy_pages(source, target, written);
}

/// Nothing of the copy is to stand in a file beside it.
void leave_wal_mode(const fs::path& path) {
  SQLite::Database copy = open(path, false);
  execute(copy, "PRAGMA synchronous = off; PRAGMA journal_mode = delete");
}

void check_integrity(const fs::path& path) {
  SQLite::Database database = open(path, false);
  const Rows found = query(database, "PRAGMA integrity_check(1)");
  const std::string said = found.rows.empty() ? "" : found.rows[0][0].value_or("");
  if (said != "ok") throw refused(fmt::format("the database is damaged: {}", said));
}

}  // namespace

Dump dump_file(const DatabaseSpec& spec, const fs::path& folder, const DumpOptions& options,
               const std::function<void(Database&)>& inspect, Progress& progress) {
  const fs::path copy = folder / kFile;
  try {
    Patience patience(spec.location.path, options.lock_timeout, progress);
    copy_database(spec.location.path, copy, patience);
    leave_wal_mode(copy);
  } catch (const SQLite::Exception& error) {
    throw translated(error).within(fmt::format("cannot back up '{}'", spec.location.path.string()));
  } catch (const Error& error) {
    throw error.within(fmt::format("cannot back up '{}'", spec.location.path.string()));
  }
  auto synced = std::async(std::launch::async, [&copy] { sync_path(copy); });
  auto digest = std::async(std::launch::async, [&copy] { return digest_of(copy); });
  DatabaseSpec copied = spec;
  copied.location.path = copy;
  ServerFacts facts;
  {
    SqliteDatabase database(copied, {.access = Access::read, .application = options.application},
                            progress);
    inspect(database);
    facts = database.facts(true);
  }
  facts.address = spec.location.path.string();
  facts.database = spec.location.path.filename().string();
  facts.object_id = object_id(spec.location.path);
  synced.get();
  return {.format = "file",
          .tool = fmt::format("SQLite {}", sqlite3_libversion()),
          .facts = facts,
          .files = {{std::string(kFile), digest.get()}}};
}

void load_file(const DatabaseSpec& spec, const fs::path& folder, const LoadOptions& options) {
  const fs::path& path = spec.location.path;
  remove_sidecars(path);
  try {
    const fs::perms mode = fs::status(path).permissions();
    fs::copy_file(folder / kFile, path, fs::copy_options::overwrite_existing);
    fs::permissions(path, mode);
  } catch (const fs::filesystem_error& error) {
    throw unavailable(
        fmt::format("cannot copy '{}': {}", (folder / kFile).string(), error.code().message()));
  }
  if (options.is_proof) check_integrity(path);
}

}  // namespace provision::sqlite
