#include "provision/engine/sqlite/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "provision/base/interrupt.h"

namespace provision::sqlite {
namespace {

constexpr int kBusyMilliseconds = 5000;

struct ResultCode {
  int code;
  std::string_view name;
  ErrorKind kind;
  std::string_view hint;
};

// https://www.sqlite.org/rescode.html; a code that is not here is refused without a hint.
constexpr std::array kCodes = {
    ResultCode{SQLITE_PERM, "SQLITE_PERM", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_BUSY, "SQLITE_BUSY", ErrorKind::unavailable,
               "another program has locked the file; try again when it is done"},
    ResultCode{SQLITE_LOCKED, "SQLITE_LOCKED", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_NOMEM, "SQLITE_NOMEM", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_READONLY, "SQLITE_READONLY", ErrorKind::unavailable,
               "the file or its folder cannot be written by this user"},
    ResultCode{SQLITE_INTERRUPT, "SQLITE_INTERRUPT", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_IOERR, "SQLITE_IOERR", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_CORRUPT, "SQLITE_CORRUPT", ErrorKind::unavailable,
               "the file is damaged; restore it from a backup"},
    ResultCode{SQLITE_FULL, "SQLITE_FULL", ErrorKind::unavailable, "the disk is full"},
    ResultCode{SQLITE_CANTOPEN, "SQLITE_CANTOPEN", ErrorKind::unavailable, ""},
    ResultCode{SQLITE_NOTADB, "SQLITE_NOTADB", ErrorKind::unavailable,
               "the file is no SQLite database, or it is encrypted"},
    ResultCode{SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT", ErrorKind::refused, ""},
    ResultCode{SQLITE_ABORT, "SQLITE_ABORT", ErrorKind::refused, ""},
    ResultCode{SQLITE_MISMATCH, "SQLITE_MISMATCH", ErrorKind::refused, ""},
    ResultCode{SQLITE_RANGE, "SQLITE_RANGE", ErrorKind::refused, ""},
    ResultCode{SQLITE_SCHEMA, "SQLITE_SCHEMA", ErrorKind::refused, ""},
    ResultCode{SQLITE_TOOBIG, "SQLITE_TOOBIG", ErrorKind::refused, ""},
    ResultCode{SQLITE_AUTH, "SQLITE_AUTH", ErrorKind::refused, ""},
    ResultCode{SQLITE_ERROR, "SQLITE_ERROR", ErrorKind::refused, ""},
};

Error make_error(int extended_code, std::string_view message) {
  const int code = extended_code & 0xff;
  // A wait for a lock that a signal ended looks like one that took too long.
  if (code == SQLITE_INTERRUPT || code == SQLITE_BUSY) stop_if_interrupted();
  for (const ResultCode& known : kCodes) {
    if (known.code == code) {
      return Error(known.kind, std::string(message), std::string(known.hint))
          .with_code(std::string(known.name));
    }
  }
  return refused(std::string(message)).with_code(fmt::format("SQLITE_{}", code));
}

/// A hint where the folder is why the file in it cannot be opened: SQLite keeps others beside it.
Error with_folder_hint(const Error& error, const std::filesystem::path& path) {
  const bool may_be = error.code() == "SQLITE_CANTOPEN" || error.code() == "SQLITE_READONLY";
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!may_be || ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0) return error;
  return Error(error.kind(), error.message(),
               fmt::format("this user cannot write to folder '{}', where SQLite needs files beside "
                           "'{}': run as one who can",
                           folder.string(), path.filename().string()))
      .with_code(error.code());
}

/// One who only looks trusts no schema to run code; who writes must, for a CHECK that calls
/// json_valid() counts as code, too.
void trust_schema(SQLite::Database& database, bool is_trusted) {
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, is_trusted ? 1 : 0,
                    nullptr);
}

/// The first read of the file: a file that is no database is noticed here.
void read_schema(SQLite::Database& database) {
  constexpr const char* kRead = "SELECT count(*) FROM sqlite_schema";
  try {
    query(database, kRead);
  } catch (const Error& error) {
    // SQLite before 3.41 takes the JSON functions for unsafe, and an index or a generated column by
    // one of them for damage. We add no function of our own that such a schema could call.
    if (error.message().find("unsafe use of") == std::string::npos) throw;
    trust_schema(database, true);
    query(database, kRead);
  }
}

}  // namespace

Error translated(const SQLite::Exception& error) {
  return make_error(error.getExtendedErrorCode(), error.what());
}

Error last_error(const SQLite::Database& database) {
  return make_error(database.getExtendedErrorCode(), database.getErrorMsg());
}

SQLite::Database open(const std::filesystem::path& path, bool read_only, Patience* patience) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status)) {
    throw unavailable(fmt::format("there is no database at '{}'", path.string()),
                      "`provision create` makes it");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw unavailable(fmt::format("'{}' is not a file", path.string()));
  }
  try {
    SQLite::Database database(path.string(),
                              read_only ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE,
                              kBusyMilliseconds);
    if (patience != nullptr) patience->attend(database.getHandle());
    sqlite3_extended_result_codes(database.getHandle(), 1);
    // The text of a revision must not write to the schema itself.
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    trust_schema(database, !read_only);
    read_schema(database);
    return database;
  } catch (const SQLite::Exception& error) {
    throw with_folder_hint(translated(error), path)
        .within(fmt::format("cannot open '{}'", path.string()));
  } catch (const Error& error) {
    const Error known = patience == nullptr ? error : patience->blamed(error);
    throw with_folder_hint(known, path).within(fmt::format("cannot open '{}'", path.string()));
  }
}

void execute(SQLite::Database& database, std::string_view sql) {
  try {
    database.exec(std::string(sql));
  } catch (const SQLite::Exception& error) {
    throw translated(error);
  }
}

namespace {

using PreparedStatement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

std::optional<std::string> text_at(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return std::nullopt;
  return std::string(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
}

Rows rows_of(SQLite::Database& database, sqlite3_stmt* statement) {
  Rows result;
  const int count = sqlite3_column_count(statement);
  for (int i = 0; i < count; ++i) result.columns.emplace_back(sqlite3_column_name(statement, i));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    Row& row = result.rows.emplace_back();
    for (int i = 0; i < count; ++i) row.push_back(text_at(statement, i));
  }
  if (code != SQLITE_DONE) throw last_error(database);
  return result;
}

}  // namespace

Rows query(SQLite::Database& database, std::string_view sql,
           const std::vector<std::string>& arguments) {
  Rows result;
  const std::string text(sql);
  for (const char* next = text.c_str(); *next != '\0';) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database.getHandle(), next, -1, &raw, &next) != SQLITE_OK) {
      throw last_error(database);
    }
    if (raw == nullptr) continue;  // blanks and comments
    const PreparedStatement statement(raw, &sqlite3_finalize);
    for (size_t i = 0; i < arguments.size(); ++i) {
      sqlite3_bind_text(raw, static_cast<int>(i) + 1, arguments[i].data(),
                        static_cast<int>(arguments[i].size()), SQLITE_STATIC);
    }
    result = rows_of(database, raw);
  }
  return result;
}

}  // namespace provision::sqlite
