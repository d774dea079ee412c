#include "provision/engine/sqlite/engine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/engine/sqlite/connection.h"
#include "provision/engine/sqlite/database.h"
#include "provision/engine/sqlite/dump.h"
#include "provision/engine/sqlite/file_copy.h"
#include "provision/engine/sqlite/kept.h"
#include "provision/engine/sqlite/split.h"

namespace provision::sqlite {
namespace {

namespace fs = std::filesystem;

// Pragmas that stay with the file; they must be set before its first table.
constexpr std::array<std::string_view, 3> kSettings = {"auto_vacuum", "journal_mode", "page_size"};

void make_file(const DatabaseSpec& spec) {
  SQLite::Database database(spec.location.path.string(),
                            SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  // Bring the file into being, so that it is a database and not an empty file.
  std::string pragmas;
  if (!spec.encoding.empty())
    pragmas += fmt::format("PRAGMA encoding = {};", sql_literal(spec.encoding));
  for (const auto& [name, value] : spec.settings) {
    if (std::find(kSettings.begin(), kSettings.end(), name) == kSettings.end()) {
      throw usage_error(fmt::format("SQLite has no setting '{}' that stays with the file", name),
                        "known: auto_vacuum, journal_mode, page_size");
    }
    pragmas += fmt::format("PRAGMA {} = {};", name, sql_literal(value));
  }
  if (!spec.settings.contains("journal_mode")) pragmas += "PRAGMA journal_mode = wal;";
  execute(database,
          pragmas + "BEGIN; CREATE TABLE _provision_ (a); DROP TABLE _provision_; COMMIT");
}

/// The file itself where `spec` names a symbolic link to it: what replaces it goes into its place.
fs::path real_path(const DatabaseSpec& spec) {
  std::error_code ignored;
  return fs::is_symlink(spec.location.path, ignored) ? fs::weakly_canonical(spec.location.path)
                                                     : spec.location.path;
}

void move_file(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::rename(from, to, code);
  if (code) throw system_error("cannot write", to, code.value());
}

/// Both change places at once, or, where the file system cannot do that, `built` takes the one of
/// `old`, which is gone then.
void exchange(const fs::path& built, const fs::path& old) {
  if (::renameat2(AT_FDCWD, built.c_str(), AT_FDCWD, old.c_str(), RENAME_EXCHANGE) == 0) return;
  move_file(built, old);
}

void remove_failed(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  remove_sidecars(path);
}

/// Holds the file alone: no other connection is in it, no -wal beside it. Kept until destroyed.
class Exclusive {
 public:
  Exclusive(const fs::path& path, bool is_synced) : connection_(open(path, false)) {
    try {
      connection_.setBusyTimeout(1000);
      if (!is_synced) execute(connection_, "PRAGMA synchronous = off");
      execute(connection_, "PRAGMA journal_mode = delete; BEGIN EXCLUSIVE");
    } catch (const Error& error) {
      if (error.code() != "SQLITE_BUSY") throw;
      throw unavailable(fmt::format("'{}' is in use by another program", path.string()),
                        "close what has it open (`fuser` names it) and try again");
    }
  }

 private:
  SQLite::Database connection_;
};

/// As a managed server has it: what is made for tests need not outlast the machine's fall.
bool is_synced(const DatabaseSpec& spec) { return spec.kind != EnvironmentKind::test; }

void must_be_damaged(const fs::path& path) {
  try {
    open(path, false);
  } catch (const Error& error) {
    if (error.code() == "SQLITE_NOTADB" || error.code() == "SQLITE_CORRUPT") return;
    throw;
  }
  throw refused(fmt::format("'{}' is another file than the one that was looked at", path.string()),
                "it is as it was; try again");
}

/// What replaces a file is for whom it was for.
void take_access(const fs::path& old, const fs::path& built) {
  struct stat status {};
  if (::stat(old.c_str(), &status) != 0) return;
  if (::chown(built.c_str(), status.st_uid, status.st_gid) == 0) {
    ::chmod(built.c_str(), status.st_mode & 07777);
  }
}

class SqliteEngine final : public Engine {
 public:
  explicit SqliteEngine(Progress& progress) : progress_(progress) {}

  std::string_view name() const override { return "sqlite"; }
  const Dialect& dialect() const override { return sqlite::dialect(); }

  bool exists(const DatabaseSpec& spec) override {
    std::error_code code;
    const bool found = fs::exists(spec.location.path, code);
    if (code && code != std::errc::not_a_directory) {
      throw unavailable(
          fmt::format("cannot look at '{}': {}", spec.location.path.string(), code.message()));
    }
    return found;
  }

  void create(const DatabaseSpec& spec) override {
    if (exists(spec)) {
      throw refused(fmt::format("'{}' exists already", spec.location.path.string()));
    }
    make_folder(spec.location.path.parent_path());
    remove_sidecars(spec.location.path);
    try {
      make_file(spec);
    } catch (const SQLite::Exception& error) {
      remove_failed(spec.location.path);
      throw translated(error).within(
          fmt::format("cannot create '{}'", spec.location.path.string()));
    } catch (const Error& error) {
      remove_failed(spec.location.path);
      throw error.within(fmt::format("cannot create '{}'", spec.location.path.string()));
    }
  }

  void drop(const DatabaseSpec& spec, std::string_view expected_id, bool) override {
    const fs::path path = real_path(spec);
    if (object_id(path) == expected_id && remove_sealed(path)) return;
    const fs::path trash = path.string() + ".trash-" + random_hex(6);
    {
      const Exclusive exclusive(path, is_synced(spec));
      fs::rename(path, trash);
      if (object_id(trash) != expected_id) {
        fs::rename(trash, path);
        throw refused(
            fmt::format("'{}' is another file than the one that was looked at", path.string()),
            "nothing was removed; something replaced it meanwhile");
      }
    }
    remove_sidecars(path);
    fs::remove(trash);
  }

  DatabaseSpec beside(const DatabaseSpec& spec) override {
    DatabaseSpec built = spec;
    built.location.path = real_path(spec).string() + ".new-" + random_hex(6);
    return built;
  }

  void publish(const DatabaseSpec& built, const DatabaseSpec& spec, std::string_view expected_id,
               bool) override {
    const fs::path path = real_path(spec);
    unseal(built.location.path);
    {
      SQLite::Database database = open(built.location.path, false);
      if (!is_synced(spec)) execute(database, "PRAGMA synchronous = off");
      if (!spec.settings.contains("journal_mode")) execute(database, "PRAGMA journal_mode = wal");
    }
    if (!expected_id.empty()) take_access(path, built.location.path);
    if (is_synced(spec)) sync_path(built.location.path);
    if (expected_id.empty()) {
      // What a database that was removed by hand left behind would be replayed into the new one.
      remove_sidecars(path);
      if (exists(spec)) throw refused(fmt::format("'{}' appeared meanwhile", path.string()));
      make_folder(path.parent_path());
      move_file(built.location.path, path);
    } else if (expected_id == kDamaged) {
      must_be_damaged(path);
      // What is beside it belongs to nothing, and would be replayed into the new one.
      remove_sidecars(path);
      move_file(built.location.path, path);
    } else {
      const Exclusive exclusive(path, is_synced(spec));
      if (object_id(path) != expected_id) {
        throw refused(
            fmt::format("'{}' is another file than the one that was looked at", path.string()),
            "it is as it was; try again");
      }
      exchange(built.location.path, path);
    }
    if (is_synced(spec)) sync_path(path.parent_path());
  }

  void copy(const DatabaseSpec& from, const DatabaseSpec& to) override {
    make_folder(to.location.path.parent_path());
    copy_database(from.location.path, to.location.path);
  }

  std::string surroundings(const DatabaseSpec&) override {
    return fmt::format("SQLite {}", sqlite3_sourceid());
  }

  bool seal(const DatabaseSpec& built, const DatabaseSpec& spec) override {
    sqlite::seal(built.location.path, spec.location.path);
    return true;
  }

  std::vector<KeptDatabase> kept(const DatabaseSpec& spec, std::string_view prefix, bool) override {
    return sqlite::kept(spec.location.path.parent_path(), prefix);
  }

  Dump dump(const DatabaseSpec& spec, const fs::path& folder, const DumpOptions& options,
            const std::function<void(Database&)>& inspect) override {
    return dump_file(spec, folder, options, inspect, progress_);
  }

  void load(const DatabaseSpec& spec, const fs::path& folder, const Dump&,
            const LoadOptions& options) override {
    load_file(spec, folder, options);
  }

  std::set<std::string> roles(const DatabaseSpec&) override { return {}; }
  void drop_roles(const DatabaseSpec&, const std::set<std::string>&) override {}

  std::unique_ptr<Database> connect(const DatabaseSpec& spec,
                                    const ConnectOptions& options) override {
    return std::make_unique<SqliteDatabase>(spec, options, progress_);
  }

  std::vector<Statement> split(std::string_view script, Origin origin) override {
    return sqlite::split(script, origin);
  }

  std::vector<std::string> client_command(const DatabaseSpec& spec) override {
    const auto program = find_program("sqlite3");
    if (!program) {
      throw unavailable("the program 'sqlite3' is not installed", "apt-get install sqlite3");
    }
    return {program->string(), "-header", "-column", spec.location.path.string()};
  }

  std::vector<Fact> diagnose() override {
    return {{"sqlite_library", "SQLite library", std::string(sqlite3_libversion()), {}}};
  }

  DatabaseSpec located(const DatabaseSpec& spec) override { return spec; }
  void release(const DatabaseSpec&) override {}

 private:
  Progress& progress_;
};

}  // namespace

std::unique_ptr<Engine> make_engine(Progress& progress) {
  return std::make_unique<SqliteEngine>(progress);
}

}  // namespace provision::sqlite
