#include "provision/project/seed_file.h"

#include <algorithm>
#include <map>

#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/csv.h"
#include "provision/project/seed_generate.h"
#include "provision/project/seed_rows.h"
#include "provision/project/source.h"
#include "provision/project/yaml.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// Reads the entries of one set.
class SetReader {
 public:
  SetReader(const fs::path& folder, const fs::path& project, std::string_view set)
      : folder_(folder), project_(project), set_(set) {}

  SeedEntry read_entry(const YamlNode& node) const;

 private:
  /// A file that an entry names: where it is, and how it is called in messages.
  struct Source {
    fs::path path;
    std::string shown;
  };

  Source source(const YamlNode& node, std::string_view what) const;
  SeedScript read_script(const YamlNode& node) const;
  SeedTable read_table(const YamlNode& node) const;
  SeedTable read_made_table(const YamlNode& node) const;
  void read_rows(const YamlNode& node, SeedTable& table) const;

  const fs::path& folder_;
  const fs::path& project_;
  std::string_view set_;
};

SetReader::Source SetReader::source(const YamlNode& node, std::string_view what) const {
  const fs::path path = folder_ / node.as_text(what);
  if (!is_within(path, folder_)) {
    throw usage_error(
        node.place,
        fmt::format("{} '{}' is not in '{}'", what, node.text, shown_path(folder_, project_)),
        "what seeds are made of stays in their folder");
  }
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw usage_error(node.place, fmt::format("no such file: '{}'", shown_path(path, project_)));
  }
  return {path, shown_path(path, project_)};
}

SeedScript SetReader::read_script(const YamlNode& node) const {
  node.allow_keys({"sql"}, "an SQL seed");
  const Source file = source(*node.find("sql"), "'sql'");
  return {read_source(file.path, file.shown), {file.shown, 0}};
}

SeedMode parse_mode(const YamlNode* node) {
  if (node == nullptr) return SeedMode::upsert;
  const std::string& text = node->as_text("'mode'");
  std::vector<std::string> known;
  for (const SeedMode mode : {SeedMode::upsert, SeedMode::insert, SeedMode::sync}) {
    if (text == name_of(mode)) return mode;
    known.emplace_back(name_of(mode));
  }
  throw usage_error(node->place, fmt::format("unknown mode '{}'", text), name_hint(text, known));
}

/// "name" or "schema.name".
void parse_table_name(const YamlNode& node, SeedTable& table) {
  const std::string& text = node.as_text("'table'");
  const size_t dot = text.find('.');
  table.table = dot == std::string::npos ? text : text.substr(dot + 1);
  table.schema = dot == std::string::npos ? "" : text.substr(0, dot);
  const bool is_name =
      !table.table.empty() && dot != 0 && table.table.find('.') == std::string::npos;
  if (is_name) return;
  throw usage_error(node.place, fmt::format("'{}' cannot name a table", text),
                    "write 'table: name' or 'table: schema.name'");
}

std::vector<std::string> parse_key(const YamlNode& entry) {
  const YamlNode* node = entry.find("key");
  if (node == nullptr) {
    throw usage_error(entry.place, "no 'key' says which columns tell rows apart",
                      "name the columns of a primary key or unique constraint");
  }
  if (node->kind == YamlNode::Kind::scalar) return {node->text};
  std::vector<std::string> key = node->as_list("'key'");
  if (key.empty()) throw usage_error(node->place, "'key' has no column");
  for (size_t i = 0; i < key.size(); ++i) {
    const auto end = key.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(key.begin(), end, key[i]) == end) continue;
    throw usage_error(node->items[i].place, fmt::format("column '{}' is in 'key' twice", key[i]));
  }
  return key;
}

/// Where the columns of the key stand among the table's.
std::vector<size_t> key_columns(const SeedTable& table, const YamlNode& entry) {
  std::vector<size_t> indexes;
  for (const std::string& column : table.key) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), column);
    if (found == table.columns.end()) {
      throw usage_error(entry.find("key")->place,
                        fmt::format("column '{}' of the key is not in the rows", column),
                        name_hint(column, table.columns));
    }
    indexes.push_back(static_cast<size_t>(found - table.columns.begin()));
  }
  return indexes;
}

/// Throws at the first row whose key is NULL in part, or another row's.
void check_keys(const SeedTable& table, const YamlNode& entry) {
  if (table.columns.empty()) return;
  const std::vector<size_t> columns = key_columns(table, entry);
  std::map<std::vector<std::string_view>, int> lines;
  for (const SeedRow& row : table.rows) {
    const Place place{table.file, row.line};
    std::vector<std::string_view> key;
    key.reserve(columns.size());
    for (const size_t column : columns) {
      if (!row.values[column]) {
        throw usage_error(place,
                          fmt::format("column '{}' of the key is NULL", table.columns[column]),
                          "a row is found again by its key");
      }
      key.push_back(*row.values[column]);
    }
    const auto [first, is_new] = lines.emplace(std::move(key), row.line);
    if (is_new) continue;
    throw usage_error(place, fmt::format("a second row with the key '{}', the first is on line {}",
                                         fmt::join(first->first, "', '"), first->second));
  }
}

void SetReader::read_rows(const YamlNode& node, SeedTable& table) const {
  table.file = node.place.file;
  if (node.kind == YamlNode::Kind::sequence) return add_yaml_rows(node, table);
  const Source file = source(node, "'rows'");
  table.file = file.shown;
  const fs::path kind = file.path.extension();
  if (kind == ".csv") {
    CsvTable csv = parse_csv(read_source(file.path, file.shown), file.shown);
    table.columns = std::move(csv.columns);
    table.rows = std::move(csv.rows);
  } else if (kind == ".json") {
    add_json_rows(read_source(file.path, file.shown), file.shown, table);
  } else if (kind == ".yaml") {
    add_yaml_rows(read_yaml(file.path, file.shown), table);
  } else {
    throw usage_error(node.place, fmt::format("cannot read rows from '{}'", node.text),
                      "rows are read from .csv, .json and .yaml");
  }
}

/// A table whose rows are made up: without a key they have the one that the table has.
SeedTable SetReader::read_made_table(const YamlNode& node) const {
  node.allow_keys({"table", "key", "mode", "generate"}, "a generated seed");
  SeedTable table;
  table.place = node.place;
  table.file = node.place.file;
  parse_table_name(*node.find("table"), table);
  if (node.find("key") != nullptr) table.key = parse_key(node);
  table.mode = parse_mode(node.find("mode"));
  table.generate = read_generation(*node.find("generate"), set_);
  return table;
}

SeedTable SetReader::read_table(const YamlNode& node) const {
  if (node.find("generate") != nullptr) return read_made_table(node);
  node.allow_keys({"table", "key", "mode", "rows", "generate"}, "a seed");
  SeedTable table;
  table.place = node.place;
  parse_table_name(*node.find("table"), table);
  table.key = parse_key(node);
  table.mode = parse_mode(node.find("mode"));
  const YamlNode* rows = node.find("rows");
  if (rows == nullptr) {
    throw usage_error(node.place, fmt::format("no 'rows' for table '{}'", table.table),
                      "name a .csv, .json or .yaml file, or list the rows; or `generate` them");
  }
  read_rows(*rows, table);
  check_keys(table, node);
  return table;
}

SeedEntry SetReader::read_entry(const YamlNode& node) const {
  node.must_be(YamlNode::Kind::mapping, "a seed");
  SeedEntry entry;
  if (node.find("sql") != nullptr) {
    entry.script = read_script(node);
  } else if (node.find("table") != nullptr) {
    entry.table = read_table(node);
  } else {
    node.allow_keys({"table", "key", "mode", "rows", "generate", "sql"}, "a seed");
    throw usage_error(node.place, "a seed without 'table' or 'sql'");
  }
  return entry;
}

/// Two entries for one table would undo each other if one of them removes what it does not list.
void refuse_divided_sync(const SeedSet& set) {
  std::map<std::pair<std::string, std::string>, const SeedTable*> seen;
  for (const SeedEntry& entry : set.entries) {
    if (!entry.table) continue;
    const SeedTable& table = *entry.table;
    const auto [first, is_new] = seen.emplace(std::pair(table.schema, table.table), &table);
    const bool is_sync = table.mode == SeedMode::sync || first->second->mode == SeedMode::sync;
    if (is_new || !is_sync) continue;
    throw usage_error(table.place,
                      fmt::format("table '{}' is in the set twice, first on line {}, and 'sync' "
                                  "removes the rows of the other",
                                  table.table, first->second->place.line));
  }
}

}  // namespace

SeedSet read_seed_set(const fs::path& folder, std::string_view name, const fs::path& project) {
  const std::vector<std::string> known = seed_set_names(folder);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw usage_error(fmt::format("no seed set '{}' in '{}'", name, shown_path(folder, project)),
                      name_hint(name, known));
  }
  const fs::path path = folder / fmt::format("{}.yaml", name);
  const std::string shown = shown_path(path, project);
  const YamlNode list = read_yaml(path, shown);
  list.must_be(YamlNode::Kind::sequence, "a seed set");
  SeedSet set;
  set.name = name;
  set.place = {shown, 0};
  const SetReader reader(folder, project, name);
  for (const YamlNode& item : list.items) set.entries.push_back(reader.read_entry(item));
  refuse_divided_sync(set);
  return set;
}

std::vector<std::string> seed_set_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const fs::path name = entry.path().filename();
    if (name.extension() != ".yaml" || name.native().starts_with('.')) continue;
    if (!entry.is_directory(error)) names.push_back(name.stem().native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace provision
