// The rules that rows of tables obey; CHECKs are nowhere but in the text of the table.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/sqlite/database.h"
#include "provision/engine/sqlite/ddl_table.h"

namespace provision::sqlite {
namespace {

constexpr std::string_view kTables = R"(
SELECT m.name, m.sql FROM sqlite_schema m
WHERE m.type = 'table' AND {} AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND m.name NOT LIKE '\_provision\_%' ESCAPE '\' {}
ORDER BY m.name)";

// The tables in which virtual tables keep their data. It goes through all tables, so that it is not
// asked where there is no virtual one.
constexpr std::string_view kVirtual =
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage = 0 LIMIT 1";
constexpr std::string_view kShadows =
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";

constexpr std::string_view kColumns =
    "SELECT name, type, \"notnull\", dflt_value, hidden, pk FROM "
    "pragma_table_xinfo(?1)";

// An expression has no name; what a unique index on one asks for is for the insert to say.
constexpr std::string_view kKeys =
    "SELECT l.seq, i.name FROM pragma_index_list(?1) l JOIN pragma_index_info(l.name) i "
    "WHERE l.\"unique\" AND l.origin <> 'pk' AND i.name IS NOT NULL ORDER BY l.seq DESC, i.seqno";

// The columns of the other side may be left out where they are its primary key, and its name may be
// written with other capitals than its own.
constexpr std::string_view kReferences = R"(
SELECT f.id, f."from",
  COALESCE((SELECT name FROM sqlite_schema WHERE type = 'table' AND name = f."table" COLLATE NOCASE),
           f."table"),
  COALESCE(f."to", (SELECT name FROM pragma_table_info(f."table") WHERE pk = f.seq + 1))
FROM pragma_foreign_key_list(?1) f ORDER BY f.id, f.seq)";

/// The conditions of all CHECKs of a CREATE TABLE, as they are written.
std::vector<std::string> checks_of(const std::string& sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  std::vector<std::string> checks;
  const std::optional<TableDefinition> table = table_definition(tokens);
  if (!table) return checks;
  for (const CheckConstraint& check : table->checks) {
    if (check.expression.empty()) continue;
    const char* const begin = check.expression.front().text.data();
    const std::string_view last = check.expression.back().text;
    checks.emplace_back(begin, last.data() + last.size());
  }
  return checks;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

/// A column keeps text that is no number as it is, and CAST does not: '2024-01-01' as a DATE is
/// 2024.
ValueType castable(ValueType type) {
  const bool is_kept = type.kind == ValueKind::integer || type.kind == ValueKind::number ||
                       type.kind == ValueKind::boolean || type.kind == ValueKind::text;
  if (!is_kept) type.spelled.clear();
  return type;
}

/// The type of a column; one that we do not know by name is what its affinity makes of it.
ValueType type_of(const std::string& declared) {
  ValueType type = value_type(declared);
  if (type.kind != ValueKind::other) return castable(std::move(type));
  // https://www.sqlite.org/datatype3.html, 3.1
  if (has_any(type.name, {"int"})) {
    type.kind = ValueKind::integer;
  } else if (type.name.empty() || type.name == "any" ||
             has_any(type.name, {"char", "clob", "text"})) {
    type.kind = ValueKind::text;
  } else if (has_any(type.name, {"blob"})) {
    type.kind = ValueKind::bytes;
  } else {
    type.kind = ValueKind::number;
  }
  return castable(std::move(type));
}

void add_columns(SQLite::Database& connection, RowRules& rules) {
  std::vector<std::pair<int, std::string>> primary;
  for (const Row& row : sqlite::query(connection, kColumns, {rules.name}).rows) {
    const int hidden = std::stoi(row[4].value_or("0"));
    const int position = std::stoi(row[5].value_or("0"));
    rules.columns.push_back({.name = row[0].value_or(""),
                             .type = type_of(row[1].value_or("")),
                             .not_null = row[2] == "1" || position > 0,
                             .generated = hidden != 0,
                             .has_default = row[3].has_value(),
                             .identity_always = false,
                             .default_text = plain_text(row[3].value_or(""))});
    if (position > 0) primary.emplace_back(position, row[0].value_or(""));
  }
  if (primary.empty()) return;
  std::sort(primary.begin(), primary.end());
  UniqueRule& key = rules.keys.emplace_back();
  key.primary = true;
  for (const auto& [position, column] : primary) key.columns.push_back(column);
}

void add_keys(SQLite::Database& connection, RowRules& rules) {
  std::string last;
  for (const Row& row : sqlite::query(connection, kKeys, {rules.name}).rows) {
    if (rules.keys.empty() || row[0] != last || rules.keys.back().primary)
      rules.keys.emplace_back();
    last = row[0].value_or("");
    rules.keys.back().columns.push_back(row[1].value_or(""));
  }
}

void add_references(SQLite::Database& connection, RowRules& rules) {
  std::string last;
  for (const Row& row : sqlite::query(connection, kReferences, {rules.name}).rows) {
    if (rules.references.empty() || row[0] != last) {
      rules.references.push_back({.table = row[2].value_or(""), .deferrable = true});
    }
    last = row[0].value_or("");
    rules.references.back().columns.push_back(row[1].value_or(""));
    rules.references.back().target_columns.push_back(row[3].value_or(""));
  }
}

std::set<std::string> shadow_names(SQLite::Database& connection) {
  std::set<std::string> names;
  if (sqlite::query(connection, kVirtual).rows.empty()) return names;
  for (const Row& row : sqlite::query(connection, kShadows).rows) names.insert(row[0].value_or(""));
  return names;
}

}  // namespace

std::vector<RowRules> SqliteDatabase::row_rules(const std::optional<std::set<std::string>>& tables,
                                                RuleDetail detail) {
  std::string condition;
  if (tables) {
    std::vector<std::string> names;
    for (const std::string& name : *tables) names.push_back(sql_literal(name));
    condition = fmt::format("AND m.name COLLATE NOCASE IN ({})", joined(names, ", "));
  }
  const std::set<std::string> shadows = shadow_names(connection_);
  std::vector<RowRules> result;
  // A search table has rows, too, but for one that shows those of another table.
  const std::string_view kind =
      detail == RuleDetail::all
          ? "m.rootpage > 0"
          : "(m.rootpage > 0 OR m.sql LIKE '%using%fts%' AND m.sql NOT LIKE '%content%=%')";
  for (const Row& row : query(fmt::format(fmt::runtime(kTables), kind, condition)).rows) {
    if (shadows.contains(row[0].value_or(""))) continue;
    RowRules& rules = result.emplace_back();
    rules.name = row[0].value_or("");
    add_columns(connection_, rules);
    if (detail == RuleDetail::keys) continue;
    rules.checks = checks_of(row[1].value_or(""));
    add_keys(connection_, rules);
    add_references(connection_, rules);
  }
  return result;
}

}  // namespace provision::sqlite
