#include "provision/project/seed_rows.h"

namespace provision {

size_t RowCollector::column(std::string_view name, const Place& place, size_t expected) const {
  const std::vector<std::string>& columns = table_.columns;
  if (expected < columns.size() && columns[expected] == name) return expected;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == name) return i;
  }
  throw usage_error(place, fmt::format("column '{}' is not in the first row", name),
                    "every row has the same columns");
}

void RowCollector::begin(const NamedValues& row, const Place& place) {
  if (row.empty()) throw usage_error(place, "a row without columns");
  for (const auto& [name, value] : row) {
    if (name.empty()) throw usage_error(place, "a column without a name");
    std::vector<std::string>& columns = table_.columns;
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) {
      throw usage_error(place, fmt::format("column '{}' is in the row twice", name));
    }
    columns.push_back(name);
  }
}

void RowCollector::add(NamedValues row, int line) {
  const Place place{file_, line};
  if (table_.columns.empty()) begin(row, place);
  const size_t count = table_.columns.size();
  SeedRow added;
  added.line = line;
  added.values.resize(count);
  std::vector<bool> is_given(count, false);
  for (size_t i = 0; i < row.size(); ++i) {
    const size_t index = column(row[i].first, place, i);
    if (is_given[index]) {
      throw usage_error(place, fmt::format("column '{}' is in the row twice", row[i].first));
    }
    is_given[index] = true;
    added.values[index] = std::move(row[i].second);
  }
  for (size_t i = 0; i < count; ++i) {
    if (is_given[i]) continue;
    throw usage_error(place, fmt::format("column '{}' is missing", table_.columns[i]),
                      "every row has the same columns; a null one is NULL");
  }
  table_.rows.push_back(std::move(added));
}

void add_yaml_rows(const YamlNode& list, SeedTable& table) {
  list.must_be(YamlNode::Kind::sequence, "'rows'");
  RowCollector rows(table, list.place.file);
  for (const YamlNode& item : list.items) {
    item.must_be(YamlNode::Kind::mapping, "a row");
    NamedValues row;
    row.reserve(item.keys.size());
    for (size_t i = 0; i < item.keys.size(); ++i) {
      const YamlNode& value = item.items[i];
      const std::string& column = item.keys[i].text;
      if (value.kind == YamlNode::Kind::null) {
        row.emplace_back(column, std::nullopt);
      } else {
        row.emplace_back(column, value.as_text(fmt::format("column '{}'", column)));
      }
    }
    rows.add(std::move(row), item.place.line);
  }
}

}  // namespace provision
