// The rows of a seed, wherever they are written: CSV, JSON, YAML, or in the set itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provision/model/seed.h"
#include "provision/project/yaml.h"

namespace provision {

/// The columns and values of one row, as it is written.
using NamedValues = std::vector<std::pair<std::string, SeedValue>>;

/// Puts rows whose columns come in any order into a table; the first row says which there are.
class RowCollector {
 public:
  /// Adds to `table`, whose rows stand in `file`.
  RowCollector(SeedTable& table, std::string file) : table_(table), file_(std::move(file)) {}

  /// Throws usage Error at `line` for a missing, additional or repeated column.
  void add(NamedValues row, int line);

 private:
  void begin(const NamedValues& row, const Place& place);
  size_t column(std::string_view name, const Place& place, size_t expected) const;

  SeedTable& table_;
  std::string file_;
};

/// An array of objects. A number is kept as it is written, an object or array within a row becomes
/// its JSON text. Throws usage Error with `file:line`.
void add_json_rows(std::string_view text, const std::string& file, SeedTable& table);

/// A list of mappings of scalars; an unquoted null, ~ or nothing is NULL.
void add_yaml_rows(const YamlNode& list, SeedTable& table);

}  // namespace provision
