// SQLiteCpp, with errors in our words.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "provision/base/error.h"
#include "provision/engine/database.h"
#include "provision/engine/sqlite/patience.h"

namespace provision::sqlite {

/// `error` as ours: what another try may mend (locked, full, unreadable) is unavailable, the rest
/// refused; the code is SQLite's name of it. An interrupt that a signal caused becomes that Error.
Error translated(const SQLite::Exception& error);

/// An Error for the last failure of `database`.
Error last_error(const SQLite::Database& database);

/// Opens the existing file `path`; where it is locked, waits as `patience` says. Throws unavailable
/// Error if it is missing or no regular file.
SQLite::Database open(const std::filesystem::path& path, bool read_only,
                      Patience* patience = nullptr);

/// Runs `sql`; errors are ours.
void execute(SQLite::Database& database, std::string_view sql);

/// Runs `sql` with `arguments` bound as text and returns all rows of its last statement as text.
Rows query(SQLite::Database& database, std::string_view sql,
           const std::vector<std::string>& arguments = {});

}  // namespace provision::sqlite
