#include "harness/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/table_fill.h"
#include "provision/base/stable_hash.h"
#include "provision/base/text.h"

using namespace provision;

namespace harness {
namespace {

constexpr std::int64_t kMostRows = 10'000;
constexpr size_t kLongestValue = 200;
constexpr size_t kShownOfLong = 40;

/// A number without what does not change it: the same amount may be written "1.50" and "1.5".
std::string canonical_number(std::string text) {
  const bool is_plain =
      !text.empty() && text.find_first_not_of("-0123456789.") == std::string::npos;
  if (!is_plain || text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

/// `value` as it is kept: numbers alike, and nothing that needs much room.
std::string kept(std::string value, bool is_number) {
  if (is_number) return canonical_number(std::move(value));
  constexpr std::string_view kNumber = "\x01number";
  if (value.ends_with(kNumber)) {
    value.resize(value.size() - kNumber.size());
    return canonical_number(std::move(value)) += kNumber;
  }
  if (value.size() <= kLongestValue) return value;
  return fmt::format("{}... ({} bytes, {:016x})", value.substr(0, kShownOfLong), value.size(),
                     stable_hash(value));
}

bool is_number(const RuledColumn& column) {
  return column.type.kind == ValueKind::number || column.type.kind == ValueKind::integer;
}

/// Adds to the digest of each column what `row` has there, along with the key that tells its place.
void add_to_digests(TableRows& table, const Row& row) {
  std::uint64_t place = stable_hash({});
  for (size_t i = 0; i < row.size(); ++i) {
    const bool is_key =
        std::find(table.key.begin(), table.key.end(), table.columns[i]) != table.key.end();
    if (is_key) place = stable_hash(row[i].value_or(""), place);
  }
  table.digests.resize(row.size());
  for (size_t i = 0; i < row.size(); ++i) {
    table.digests[i] += stable_hash(row[i].value_or("\x01"), place);
  }
}

/// What is read of a column: its value, and its type where that is not always the column's.
std::string read_as(const Database& database, const RuledColumn& column) {
  const std::string name = sql_identifier(column.name);
  const std::string& typed = database.dialect().typed_value;
  if (typed.empty() || is_number(column)) return name;
  return fmt::format(fmt::runtime(typed), name);
}

bool is_table(const ObjectId& id) {
  return id.kind == ObjectKind::table || id.kind == ObjectKind::virtual_table;
}

std::string id_of(const std::string& schema, const std::string& name) {
  return schema.empty() ? name : schema + "." + name;
}

}  // namespace

RowsChanges composed(const RowsChanges& earlier, const RowsChanges& later) {
  RowsChanges all = earlier;
  for (const auto& [id, change] : later) {
    const auto [known, is_new] = all.emplace(id, change);
    if (!is_new) known->second.after = change.after;
  }
  return all;
}

std::string table_id(std::string_view sql_name) {
  std::string id;
  bool is_quoted = false;
  for (size_t i = 0; i < sql_name.size(); ++i) {
    const bool is_doubled = is_quoted && sql_name.substr(i, 2) == "\"\"";
    if (sql_name[i] != '"' || is_doubled) {
      id += sql_name[i];
      if (is_doubled) ++i;
    } else {
      is_quoted = !is_quoted;
    }
  }
  return id;
}

std::set<std::string> changed_tables(const SchemaChanges& changes) {
  std::set<std::string> tables;
  for (const ObjectChange& change : changes) {
    const ObjectId& id = change.before ? change.before->id : change.after->id;
    if (is_table(id)) tables.insert(id_of(id.schema, id.name));
    if (!id.table.empty()) tables.insert(id_of(id.schema, id.table));
  }
  return tables;
}

RowReader::RowReader(Database& database, std::vector<std::string> left_out, bool has_generated)
    : database_(database), left_out_(std::move(left_out)), has_generated_(has_generated) {}

bool RowReader::is_left_out(const RowRules& rules) const {
  return std::any_of(left_out_.begin(), left_out_.end(), [&](const std::string& name) {
    return name == rules.name || name == rules.id();
  });
}

RowsChanges RowReader::read() {
  const std::vector<RowRules> tables = database_.row_rules(std::nullopt, RuleDetail::keys);
  std::set<std::string> ids;
  for (const auto& [id, rows] : known_) ids.insert(id);
  parts_.clear();
  return exchange(ids, tables);
}

RowsChanges RowReader::read(const std::set<std::string>& touched) {
  if (touched.empty()) return {};
  std::set<std::string> ids;
  for (const std::string& id : touched) {
    ids.insert(key(id));
    if (const auto part = parts_.find(id); part != parts_.end()) ids.insert(part->second);
  }
  std::vector<RowRules> tables = database_.row_rules(ids, RuleDetail::keys);
  std::set<std::string> roots;
  for (const RowRules& rules : tables) {
    if (!rules.partition_of.empty() && !ids.contains(rules.partition_of)) {
      roots.insert(rules.partition_of);
    }
  }
  if (!roots.empty()) {
    ids.merge(roots);
    tables = database_.row_rules(ids, RuleDetail::keys);
  }
  return exchange(ids, tables);
}

std::string RowReader::key(const std::string& id) const {
  return database_.dialect().ignores_case ? lower(id) : id;
}

bool RowReader::has_rows(const std::string& id) const {
  const auto known = known_.find(key(id));
  return known != known_.end() && known->second->count > 0;
}

RowsChanges RowReader::read_touched(const std::vector<TouchedTable>& tables,
                                    const SchemaChanges& changes) {
  std::set<std::string> touched;
  for (const TouchedTable& table : tables) {
    if (table.wrote || has_rows(table.id) || parts_.contains(table.id)) {
      touched.insert(key(table.id));
    }
  }
  const std::set<std::string> changed = changed_tables(changes);
  // Of all of them, if one had rows: they may be in another one now, under its new name.
  if (std::any_of(changed.begin(), changed.end(), [&](const auto& id) { return has_rows(id); })) {
    touched.insert(changed.begin(), changed.end());
  }
  for (const ObjectChange& change : changes) {
    if (came_back(change)) touched.insert(id_of(change.after->id.schema, change.after->id.name));
    follow(change);
  }
  return read(touched);
}

bool RowReader::came_back(const ObjectChange& change) {
  const ObjectId& table = change.before ? change.before->id : change.after->id;
  if (!is_table(table) || (change.before && change.after)) return false;
  const std::string id = id_of(table.schema, table.name);
  if (change.after) return gone_.erase(id) > 0;
  if (has_rows(id)) gone_.insert(id);
  return false;
}

void RowReader::follow(const ObjectChange& change) {
  const ObjectId& table = change.before ? change.before->id : change.after->id;
  if (!is_table(table) || (change.before && change.after)) return;
  const std::string id = id_of(table.schema, table.name);
  if (change.after) {
    known_.emplace(id, std::make_shared<const TableRows>(
                           TableRows{.schema = table.schema, .name = table.name}));
  } else if (!has_rows(id)) {
    known_.erase(id);
  }
}

RowsChanges RowReader::exchange(const std::set<std::string>& ids,
                                const std::vector<RowRules>& tables) {
  RowsChanges changes;
  std::set<std::string> all = ids;
  for (const RowRules& rules : tables) all.insert(key(rules.id()));
  for (const std::string& id : all) {
    const auto known = known_.find(id);
    if (known == known_.end()) continue;
    changes[id].before = known->second;
    known_.erase(known);
  }
  std::map<std::string, TableRows> read;
  for (const RowRules& rules : tables) {
    if (is_left_out(rules)) continue;
    if (!rules.partition_of.empty()) {
      // Its rows are those of the whole, too.
      parts_[rules.id()] = rules.partition_of;
      continue;
    }
    read.emplace(rules.id(), read_table(rules));
  }
  add_numberings(read);
  for (auto& [id, table] : read) {
    auto rows = std::make_shared<const TableRows>(std::move(table));
    changes[key(id)].after = rows;
    known_[key(id)] = std::move(rows);
  }
  return changes;
}

void RowReader::add_numberings(std::map<std::string, TableRows>& tables) {
  std::set<std::string> filled;
  for (const auto& [id, table] : tables) {
    if (table.count > 0) filled.insert(id);
  }
  for (Numbering& one : database_.numberings(filled)) {
    TableRows& table = tables.at(one.table);
    table.has_generated = has_generated_;
    table.numberings.push_back(std::move(one));
  }
}

TableRows RowReader::read_table(const RowRules& rules) {
  TableRows table{.schema = rules.schema, .name = rules.name};
  std::vector<bool> numbers;
  std::vector<std::string> names;
  for (const RuledColumn& column : rules.columns) {
    if (column.generated) continue;
    table.columns.push_back(column.name);
    names.push_back(read_as(database_, column));
    numbers.push_back(is_number(column));
  }
  if (!rules.keys.empty() && rules.keys[0].primary) table.key = rules.keys[0].columns;
  std::string order;
  if (!table.key.empty()) {
    std::vector<std::string> keys;
    for (const std::string& column : table.key) keys.push_back(sql_identifier(column));
    order = " ORDER BY " + joined(keys, ", ");
  }
  // A table without columns has rows all the same.
  const std::string select =
      fmt::format("SELECT {} FROM {}{}", names.empty() ? "1" : joined(names, ", "),
                  sql_name(rules.schema, rules.name), order);
  while (true) {
    Rows page =
        database_.query(fmt::format("{} LIMIT {} OFFSET {}", select, kMostRows + 1, table.count));
    const auto size = static_cast<std::int64_t>(page.rows.size());
    table.is_digest = table.is_digest || size > kMostRows;
    table.count += size;
    for (Row& row : page.rows) {
      row.resize(numbers.size());
      for (size_t i = 0; i < row.size(); ++i) {
        if (row[i]) row[i] = kept(std::move(*row[i]), numbers[i]);
      }
      if (table.is_digest) add_to_digests(table, row);
    }
    if (!table.is_digest) table.rows = std::move(page.rows);
    if (size <= kMostRows) return table;
  }
}

}  // namespace harness
