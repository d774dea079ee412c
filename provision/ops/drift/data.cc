#include "provision/ops/drift/data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "provision/base/text.h"
#include "provision/engine/row_rules.h"
#include "provision/model/drift/drift.h"
#include "provision/ops/generate/made_seeds.h"
#include "provision/project/seed_file.h"

namespace provision {
namespace {

/// Keys in one query: a list of thousands takes the server longer to plan than to run.
constexpr std::int64_t kKeysAtOnce = 200;
// Rows are compared in memory, one by one.
constexpr std::int64_t kMostMade = 100'000;

std::string column_list(const SeedTable& seed) {
  std::string list;
  for (const std::string& column : seed.columns) {
    list += (list.empty() ? "" : ", ") + sql_identifier(column);
  }
  return list;
}

/// Where the columns of `key` stand among `columns`.
std::vector<size_t> key_positions(const std::vector<std::string>& key,
                                  const std::vector<std::string>& columns) {
  std::vector<size_t> positions;
  for (const std::string& column : key) {
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found != columns.end()) {
      positions.push_back(static_cast<size_t>(found - columns.begin()));
    }
  }
  return positions;
}

/// The server reads the key as it reads the column, so that '01' finds 1.
std::string has_key_of(const SeedTable& seed, const SeedRow& row,
                       const std::vector<size_t>& positions) {
  std::string condition;
  for (const size_t at : positions) {
    condition += condition.empty() ? "(" : " AND ";
    condition += sql_identifier(seed.columns[at]);
    condition += row.values[at] ? " = " + sql_literal(*row.values[at]) : " IS NULL";
  }
  return condition + ")";
}

/// The queries that read what `seed` is about.
std::vector<std::string> queries_of(const SeedTable& seed, const TableShape& shape) {
  const std::string table = sql_name(shape.schema, shape.name);
  const std::string all = fmt::format("SELECT {} FROM {}", column_list(seed), table);
  if (seed.mode == SeedMode::sync) return {all};
  const std::vector<size_t> positions = key_positions(seed.key, seed.columns);
  std::vector<std::string> queries;
  SeedRow space;
  for (std::int64_t at = 0; at < seed.row_count(); ++at) {
    const bool is_first = at % kKeysAtOnce == 0;
    if (is_first) queries.push_back(all + " WHERE ");
    queries.back() += (is_first ? "" : " OR ") + has_key_of(seed, seed.row(at, space), positions);
  }
  return queries;
}

/// Those of the seed's columns; fewer where the table does not have them all.
std::vector<std::string> types_of(const TableShape& shape, const SeedTable& seed) {
  std::vector<std::string> types;
  for (const std::string& name : seed.columns) {
    for (const TableColumn& column : shape.columns) {
      if (column.name == name) types.push_back(column.type);
    }
  }
  return types;
}

void read_rows(Database& database, const SeedTable& seed, const TableShape& shape,
               SeededRows& rows) {
  const std::vector<size_t> positions = key_positions(seed.key, seed.columns);
  for (const std::string& query : queries_of(seed, shape)) {
    for (Row& row : database.query(query).rows) {
      Row key;
      for (const size_t at : positions) key.push_back(row[at]);
      rows.rows.emplace(std::move(key), std::move(row));
    }
  }
}

/// "01.50" as "1.5", "1.0e+20" as "1e+20"; what is no number stays.
std::string portable_number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789.+-eE") != std::string::npos) return text;
  if (text.find_first_of("eE") != std::string::npos) {
    return fmt::format("{}", std::strtod(text.c_str(), nullptr));
  }
  const bool is_negative = text.front() == '-';
  std::string digits = text.substr(is_negative || text.front() == '+' ? 1 : 0);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.find('.') != std::string::npos) digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  if (digits.empty()) return "0";
  return (is_negative ? "-" : "") + (digits.front() == '.' ? "0" + digits : digits);
}

std::string portable_value(const std::string& text, ValueKind kind) {
  if (kind == ValueKind::integer || kind == ValueKind::number) return portable_number(text);
  if (kind != ValueKind::boolean) return text;
  const std::string word = lower(text);
  if (word == "t" || word == "true") return "1";
  return word == "f" || word == "false" ? "0" : word;
}

std::string shown(const std::optional<std::string>& value) { return value.value_or("NULL"); }

std::string name_of_row(const SeedTable& seed, const std::vector<std::string>& columns,
                        const Row& key) {
  std::string name = name_of_table(seed);
  for (size_t i = 0; i < key.size(); ++i) {
    name += fmt::format("{}{}={}", i == 0 ? "[" : ", ", columns[i], shown(key[i]));
  }
  return "row " + name + "]";
}

class RowComparison {
 public:
  /// `rows` tell the columns, which both sides have.
  RowComparison(const SeedTable& seed, const SeededRows& rows) : seed_(seed), known_(rows) {}

  std::vector<Difference> of(const SeededRows& expected, const SeededRows& actual) && {
    for (const auto& [key, row] : expected.rows) {
      const auto found = actual.rows.find(key);
      if (found == actual.rows.end()) {
        add("missing", key, Severity::breaking, "what refers to it or looks it up finds nothing");
      } else {
        compare(key, row, found->second);
      }
    }
    for (const auto& [key, unused] : actual.rows) {
      if (expected.rows.contains(key)) continue;
      add("extra", key, Severity::risky, "a row that may not be there is found");
    }
    return std::move(rows_);
  }

 private:
  Difference& add(std::string type, const Row& key, Severity severity, std::string reason) {
    return rows_.emplace_back(Difference{.type = std::move(type),
                                         .object = name_of_row(seed_, known_.key, key),
                                         .difference_class = "data",
                                         .severity = std::string(name_of(severity)),
                                         .reason = std::move(reason)});
  }

  void compare(const Row& key, const Row& expected, const Row& actual) {
    for (size_t i = 0; i < expected.size(); ++i) {
      if (expected[i] == actual[i]) continue;
      Difference& row =
          add("changed", key, Severity::risky, "who reads it works with another value");
      row.attribute = known_.columns[i];
      row.expected = shown(expected[i]);
      row.actual = shown(actual[i]);
    }
  }

  const SeedTable& seed_;
  const SeededRows& known_;
  std::vector<Difference> rows_;
};

Finding finding_of(const SeedTable& seed, std::vector<Difference> differences) {
  Severity worst = Severity::cosmetic;
  for (const Difference& one : differences) {
    if (one.severity == name_of(Severity::breaking)) worst = Severity::breaking;
    if (one.severity == name_of(Severity::risky)) worst = std::max(worst, Severity::risky);
  }
  return {.verdict = "changed",
          .subject = "rows of table " + name_of_table(seed),
          .message = "rows that a seed set keeps up to date are not the same",
          .file = seed.place.file,
          .line = seed.place.line,
          .differences = std::move(differences),
          .severity = std::string(name_of(worst))};
}

}  // namespace

std::vector<SeedTable> compared_seeds(const DatabaseSpec& spec,
                                      const std::filesystem::path& project) {
  std::vector<SeedTable> tables;
  for (const std::string& name : spec.seeds) {
    const auto set = std::make_shared<SeedSet>(read_seed_set(spec.seeds_folder, name, project));
    for (const SeedEntry& entry : set->entries) {
      if (!entry.table || entry.table->mode == SeedMode::insert) continue;
      const bool is_made = entry.table->generate.has_value();
      if (!is_made && entry.table->rows.empty() && entry.table->mode != SeedMode::sync) continue;
      tables.push_back(*entry.table);
      if (is_made) tables.back().set = set;
    }
  }
  return tables;
}

std::string trouble_of_table(const Error& error) {
  if (error.code() == "55P03") return "locked by another session";
  return error.kind() == ErrorKind::refused ? error.message() : "";
}

std::string name_of_table(const SeedTable& seed) {
  return seed.schema.empty() ? seed.table : seed.schema + "." + seed.table;
}

namespace {

void read_known(Database& database, const SeedTable& seed, const TableShape& shape,
                SeededRows& rows) {
  rows.columns = seed.columns;
  rows.key = seed.key;
  rows.types = types_of(shape, seed);
  if (rows.types.size() != seed.columns.size()) return;
  read_rows(database, seed, shape, rows);
  rows.readable = true;
}

/// Rows that are made are looked for by the keys that they are made with.
void read_made(Database& database, const SeedTable& seed, const TableShape& shape,
               SeededRows& rows) {
  if (seed.generate->rows > kMostMade) {
    rows.trouble = fmt::format("{} made rows are too many to be compared", seed.generate->rows);
    return;
  }
  MadeSeeds made(database, *seed.set);
  const auto& entries = seed.set->entries;
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const SeedEntry& candidate) {
    return candidate.table && candidate.table->place.line == seed.place.line;
  });
  const SeedTable* known = nullptr;
  try {
    known = &made.resolved(*entry->table);
  } catch (const Error& error) {
    // The table is not as the generators want it, which is the comparison of schemas to tell.
    if (error.kind() != ErrorKind::usage) throw;
    rows.trouble = error.message();
    return;
  }
  if (!known->key.empty()) return read_known(database, *known, shape, rows);
  rows.trouble = "its made rows have no key";
}

}  // namespace

std::vector<SeededRows> read_seeded_rows(Database& database, const std::vector<SeedTable>& seeds) {
  std::vector<SeededRows> all;
  for (const SeedTable& seed : seeds) {
    SeededRows& rows = all.emplace_back();
    const auto shape = database.describe_table(seed.schema, seed.table);
    if (!shape) continue;
    try {
      (seed.generate ? read_made : read_known)(database, seed, *shape, rows);
    } catch (const Error& error) {
      rows.trouble = trouble_of_table(error);
      if (rows.trouble.empty()) throw;
    }
  }
  return all;
}

void make_portable(std::vector<SeededRows>& all) {
  for (size_t i = 0; i < all.size(); ++i) {
    if (!all[i].readable) continue;
    std::vector<ValueKind> kinds;
    for (const std::string& type : all[i].types) kinds.push_back(value_type(type).kind);
    const std::vector<size_t> positions = key_positions(all[i].key, all[i].columns);
    std::map<Row, Row> rows;
    for (auto& [unused, row] : all[i].rows) {
      Row key;
      for (size_t at = 0; at < row.size(); ++at) {
        if (row[at]) row[at] = portable_value(*row[at], kinds[at]);
      }
      for (const size_t at : positions) key.push_back(row[at]);
      rows.emplace(std::move(key), std::move(row));
    }
    all[i].rows = std::move(rows);
  }
}

std::vector<Finding> data_findings(const std::vector<SeedTable>& seeds,
                                   const std::vector<SeededRows>& expected,
                                   const std::vector<SeededRows>& actual) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < seeds.size(); ++i) {
    if (!expected[i].readable || !actual[i].readable) continue;
    // Rows are made for all columns of a table; where those differ, the schemas do.
    if (expected[i].columns != actual[i].columns) continue;
    auto differences = RowComparison(seeds[i], expected[i]).of(expected[i], actual[i]);
    if (!differences.empty()) findings.push_back(finding_of(seeds[i], std::move(differences)));
  }
  return findings;
}

}  // namespace provision
