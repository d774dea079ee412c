// The rows of `sqlite_schema`, and which of them changed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/sqlite/connection.h"
#include "provision/engine/sqlite/schema_objects.h"

namespace provision::sqlite {

enum class RowKind : std::uint8_t { table, virtual_table, index, view, trigger, unknown };

/// A row and what it stands for.
struct SchemaEntry {
  std::int64_t rowid = 0;
  std::string type;
  std::string name;
  std::string table;
  std::string sql;

  RowKind kind = RowKind::unknown;
  std::string name_key;   ///< in lower case
  std::string table_key;  ///< in lower case
  bool stale = true;      ///< `content` is to be made
  TableObjects content = {};
};

/// By rowid.
using SchemaEntries = std::vector<std::unique_ptr<SchemaEntry>>;

/// Brings `known` up to date and returns what is not in it any more; what is new in it is stale.
/// Indexes of constraints are left out: the text of their table says them. If it throws, `known` is
/// as it was.
SchemaEntries update_entries(SQLite::Database& connection, SchemaEntries& known);

/// What the file says of itself: an object of kind `database`.
SchemaObject read_database_object(SQLite::Database& connection);

/// Changes with every change of the schema, and comes back with it when that is rolled back.
std::string read_schema_version(SQLite::Database& connection);

}  // namespace provision::sqlite
