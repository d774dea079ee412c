#include "provision/engine/sqlite/schema_entry.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

constexpr std::string_view kRows =
    "SELECT rowid, type, name, tbl_name, sql FROM sqlite_schema "
    "WHERE sql IS NOT NULL OR type <> 'index' ORDER BY rowid";

RowKind kind_of(std::string_view type, std::string_view sql) {
  if (type == "index") return RowKind::index;
  if (type == "view") return RowKind::view;
  if (type == "trigger") return RowKind::trigger;
  if (type != "table") return RowKind::unknown;
  constexpr std::string_view kVirtual = "create virtual";
  return lower(sql.substr(0, kVirtual.size())) == kVirtual ? RowKind::virtual_table
                                                           : RowKind::table;
}

/// A step through `kRows`.
class Row {
 public:
  explicit Row(SQLite::Database& connection)
      : connection_(connection), statement_(nullptr, &sqlite3_finalize) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(connection.getHandle(), kRows.data(), static_cast<int>(kRows.size()),
                           &raw, nullptr) != SQLITE_OK) {
      throw last_error(connection);
    }
    statement_.reset(raw);
  }

  bool next() {
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) throw last_error(connection_);
    return code == SQLITE_ROW;
  }
  std::int64_t rowid() const { return sqlite3_column_int64(statement_.get(), 0); }

  bool is(const SchemaEntry& entry) const {
    return entry.sql == text(4) && entry.name == text(2) && entry.table == text(3) &&
           entry.type == text(1);
  }
  std::unique_ptr<SchemaEntry> entry() const {
    auto entry = std::make_unique<SchemaEntry>();
    entry->rowid = rowid();
    entry->type = text(1);
    entry->name = text(2);
    entry->table = text(3);
    entry->sql = text(4);
    entry->kind = kind_of(entry->type, entry->sql);
    entry->name_key = lower(entry->name);
    entry->table_key = lower(entry->table);
    return entry;
  }

 private:
  std::string_view text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (text == nullptr) return {};
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

  SQLite::Database& connection_;
  std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement_;
};

}  // namespace

SchemaEntries update_entries(SQLite::Database& connection, SchemaEntries& known) {
  SchemaEntries added;
  std::vector<bool> kept(known.size());
  size_t place = 0;
  for (Row row(connection); row.next();) {
    while (place < known.size() && known[place]->rowid < row.rowid()) ++place;
    const bool same = place < known.size() && known[place]->rowid == row.rowid();
    if (same && row.is(*known[place])) {
      kept[place] = true;
    } else {
      added.push_back(row.entry());
    }
  }
  SchemaEntries gone;
  SchemaEntries now;
  now.reserve(known.size() + added.size());
  for (size_t i = 0; i < known.size(); ++i) {
    (kept[i] ? now : gone).push_back(std::move(known[i]));
  }
  const auto middle = static_cast<std::ptrdiff_t>(now.size());
  std::move(added.begin(), added.end(), std::back_inserter(now));
  std::inplace_merge(now.begin(), now.begin() + middle, now.end(),
                     [](const auto& a, const auto& b) { return a->rowid < b->rowid; });
  known = std::move(now);
  return gone;
}

SchemaObject read_database_object(SQLite::Database& connection) {
  struct Setting {
    std::string_view name;
    std::string_view pragma;
    std::string_view usual;
  };
  constexpr Setting kSettings[] = {
      {"application_id", "PRAGMA application_id", "0"},
      {"encoding", "PRAGMA encoding", "UTF-8"},
      {"server auto_vacuum", "PRAGMA auto_vacuum", "0"},
      {"user_version", "PRAGMA user_version", "0"},
  };
  SchemaObject object{.id = {ObjectKind::database, {}, {}, {}}};
  for (const Setting& setting : kSettings) {
    const std::string value = *query(connection, setting.pragma).rows.at(0).at(0);
    if (value != setting.usual) set_field(object, std::string(setting.name), value);
  }
  return object;
}

std::string read_schema_version(SQLite::Database& connection) {
  return *query(connection, "PRAGMA schema_version").rows.at(0).at(0);
}

}  // namespace provision::sqlite
