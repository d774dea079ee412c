#include "provision/engine/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/engine/sqlite/ddl_tokens.h"

namespace provision::sqlite {

std::string object_id(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

void remove_sidecars(const std::filesystem::path& path) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    std::filesystem::remove(path.string() + suffix, ignored);
  }
}

const Dialect& dialect() {
  static const Dialect dialect{
      .state_prefix = "_provision_",
      .timestamp_type = "text",
      .now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
      .serial_key = "integer PRIMARY KEY AUTOINCREMENT",
      .defer_constraints = "PRAGMA defer_foreign_keys = on",
      .client = "sqlite3 -bail",
      // As `begin_revision` does it.
      .script_head = "PRAGMA foreign_keys = off;\n",
      .check_constraints = {},
      .timestamp_text = "{}",
      .ignores_case = true,
      .bytes_literal = "X'{}'",
      .bytes_type = "blob",
  };
  return dialect;
}

SqliteDatabase::SqliteDatabase(const DatabaseSpec& spec, const ConnectOptions& options,
                               Progress& progress)
    : path_(spec.location.path),
      application_(options.application),
      scratch_(options.scratch),
      patience_(path_, options.lock_timeout, progress),
      copy_(options.access == Access::read ? readable_copy(path_, &patience_) : nullptr),
      connection_(copy_ ? open(copy_->path() / path_.filename(), false)
                        : open(path_, options.access == Access::read, &patience_)),
      guard_(connection_.getHandle()),
      on_interrupt_([handle = connection_.getHandle()] { sqlite3_interrupt(handle); }) {
  if (options.access == Access::read) {
    sqlite::execute(connection_, "PRAGMA query_only = on");
  } else if (options.scratch) {
    sqlite::execute(connection_, "PRAGMA journal_mode = memory; PRAGMA synchronous = off");
  } else {
    sqlite::execute(connection_, "PRAGMA foreign_keys = on");
  }
}

SqliteDatabase::~SqliteDatabase() { SqliteDatabase::rollback(); }

const Dialect& SqliteDatabase::dialect() const { return sqlite::dialect(); }

ServerFacts SqliteDatabase::facts(bool with_size) {
  ServerFacts facts = {.product = fmt::format("SQLite {}", sqlite3_libversion()),
                       .address = path_.string(),
                       .database = path_.filename().string(),
                       .user = {},
                       .object_id = sqlite::object_id(path_)};
  if (with_size) {
    const Rows size =
        query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    facts.size = std::stoll(size.rows.at(0).at(0).value_or("0"));
  }
  return facts;
}

void SqliteDatabase::execute(std::string_view sql) { sqlite::execute(connection_, sql); }

Rows SqliteDatabase::query(std::string_view sql) { return sqlite::query(connection_, sql); }

// IMMEDIATE: a transaction that reads first and writes later gets SQLITE_BUSY without waiting.
void SqliteDatabase::begin() {
  try {
    execute("BEGIN IMMEDIATE");
  } catch (const Error& error) {
    throw patience_.blamed(error);
  }
}

void SqliteDatabase::commit() {
  stop_if_interrupted();
  execute("COMMIT");
}

void SqliteDatabase::rollback() noexcept {
  if (sqlite3_get_autocommit(connection_.getHandle()) == 0) {
    sqlite3_exec(connection_.getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

void SqliteDatabase::begin_revision(bool transactional) {
  // Inside a transaction this pragma does nothing, and rebuilding a table would then delete every
  // row that refers to it.
  execute("PRAGMA foreign_keys = off");
  guard_.forget_tables();
  in_transaction_ = transactional;
  if (transactional) begin();
}

void SqliteDatabase::run_revision_statement(const Statement& statement) {
  const bool in_transaction = sqlite3_get_autocommit(connection_.getHandle()) == 0;
  // VACUUM is made of statements of its own, BEGIN among them.
  const std::vector<Token> tokens = tokens_of(statement.text);
  const bool is_vacuum = !in_transaction && !tokens.empty() && is(tokens[0], "vacuum");
  if (!is_vacuum) guard_.enter(in_transaction, statement.origin);
  try {
    step_through(statement);
    guard_.leave();
  } catch (...) {
    guard_.leave();
    throw;
  }
  if (in_transaction && sqlite3_get_autocommit(connection_.getHandle()) != 0) {
    throw refused("the statement ended the transaction, and with it all that the revision had done",
                  "ON CONFLICT ROLLBACK and RAISE(ROLLBACK) do that; use ABORT")
        .with_line(statement.line);
  }
}

void SqliteDatabase::step_through(const Statement& statement) {
  sqlite3* handle = connection_.getHandle();
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle, statement.text.c_str(),
                                static_cast<int>(statement.text.size()), &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> prepared(raw, &sqlite3_finalize);
  const int offset = code == SQLITE_OK ? 0 : std::max(sqlite3_error_offset(handle), 0);
  while (code == SQLITE_OK || code == SQLITE_ROW) code = sqlite3_step(raw);
  if (code == SQLITE_DONE || code == SQLITE_MISUSE) return;
  const Error error = guard_.refusal().empty() ? last_error(connection_)
                                               : refused(guard_.refusal()).with_code("SQLITE_AUTH");
  const auto lines = std::count(statement.text.begin(), statement.text.begin() + offset, '\n');
  const Error at_line = error.with_line(statement.line + static_cast<int>(lines));
  // What SQLite says of VACUUM and its like, which the guard does not see.
  if (error.message().find("within a transaction") == std::string::npos) throw at_line;
  throw at_line.with_hint("`-- transaction: off` runs statements one by one");
}

std::int64_t SqliteDatabase::violations(SQLite::Database& connection, const std::string& table) {
  return static_cast<std::int64_t>(
      sqlite::query(connection, fmt::format("PRAGMA foreign_key_check({})", sql_identifier(table)))
          .rows.size());
}

std::set<std::string> SqliteDatabase::tables_to_check() {
  std::set<std::string> tables;
  for (const std::string& table : guard_.written()) {
    if (table_exists("", table)) tables.insert(table);
  }
  for (const std::string& table : guard_.referenced()) {
    // Reading a table's foreign keys costs a statement each: only of those whose text names it.
    const Rows children = sqlite::query(
        connection_,
        "SELECT DISTINCT m.name FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f "
        "WHERE m.type = 'table' AND instr(lower(m.sql), replace(lower(?1), '\"', '\"\"')) > 0 "
        "AND f.\"table\" = ?1 COLLATE NOCASE",
        {table});
    for (const Row& row : children.rows) tables.insert(*row[0]);
  }
  return tables;
}

void SqliteDatabase::check_revision() {
  if (in_transaction_ && sqlite3_get_autocommit(connection_.getHandle()) != 0) {
    throw refused("the revision ended its own transaction");
  }
  const std::set<std::string> tables = tables_to_check();
  guard_.forget_tables();
  for (const std::string& table : tables) {
    const std::int64_t now = violations(connection_, table);
    if (now == 0) continue;
    // Rows that were broken before are not this revision's doing: another connection still sees
    // the database as it was.
    std::int64_t before = 0;
    try {
      SQLite::Database committed = open(path_, true);
      before = violations(committed, table);
    } catch (const Error&) {
      before = 0;  // the table is new, or its foreign keys could not be read then
    }
    if (now > before) {
      throw refused(fmt::format("{} of table '{}' would refer to nothing",
                                counted(now - before, "row"), table),
                    "the revision removes rows, or a table, that foreign keys point to")
          .with_code("SQLITE_CONSTRAINT_FOREIGNKEY");
    }
  }
}

void SqliteDatabase::end_revision() noexcept {
  guard_.leave();
  rollback();
  in_transaction_ = false;
  sqlite3_exec(connection_.getHandle(),
               "PRAGMA foreign_keys = on; PRAGMA legacy_alter_table = off; "
               "PRAGMA writable_schema = off",
               nullptr, nullptr, nullptr);
}

Database::Written SqliteDatabase::written() {
  Written result{.rows = sqlite3_total_changes64(connection_.getHandle()), .tables = {}};
  std::set<std::string> tables = guard_.written();
  tables.insert(guard_.referenced().begin(), guard_.referenced().end());
  for (const std::string& table : tables) result.tables.push_back(sql_identifier(table));
  return result;
}

void SqliteDatabase::forget_temporary() {
  for (const Row& row :
       query("SELECT type, name FROM sqlite_temp_schema WHERE type IN ('table', 'view')").rows) {
    execute(fmt::format("DROP {} IF EXISTS temp.{}", *row[0], sql_identifier(*row[1])));
  }
}

// What SQLite refuses in a transaction (VACUUM, some pragmas, ATTACH) may all be run twice.
Database::Evidence SqliteDatabase::inspect_interrupted(const Statement&) {
  return Evidence::not_done;
}

std::optional<LockHolder> SqliteDatabase::try_lock() {
  if (scratch_) return std::nullopt;  // nobody else knows the file
  if (!lock_) lock_ = std::make_unique<FileLock>(path_.string() + ".provision-lock");
  if (!lock_->try_lock()) return LockHolder{lock_->holder()};
  lock_->write_holder(fmt::format("{} since {}", application_, utc_now()));
  return std::nullopt;
}

bool SqliteDatabase::table_exists(std::string_view, std::string_view table) {
  return !sqlite::query(
              connection_,
              "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE",
              {std::string(table)})
              .rows.empty();
}

}  // namespace provision::sqlite
