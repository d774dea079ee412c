// A table as seeding needs to know it.
#include <algorithm>

#include "provision/engine/sqlite/database.h"

namespace provision::sqlite {
namespace {

/// Fills in the columns, and the primary key if there is one.
void describe_columns(SQLite::Database& connection, TableShape& shape) {
  std::vector<std::pair<int, std::string>> primary;
  for (const Row& row : query(connection,
                              "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, hidden, pk "
                              "FROM pragma_table_xinfo(?1)",
                              {shape.name})
                            .rows) {
    const int hidden = std::stoi(row[4].value_or("0"));
    shape.columns.push_back({.name = *row[0],
                             .type = row[1].value_or(""),
                             .not_null = row[2] == "1",
                             .generated = hidden == 2 || hidden == 3,
                             .has_default = row[3] == "1"});
    if (const int position = std::stoi(row[5].value_or("0")); position > 0) {
      primary.emplace_back(position, *row[0]);
    }
  }
  if (primary.empty()) return;
  std::sort(primary.begin(), primary.end());
  std::vector<std::string>& key = shape.unique_keys.emplace_back();
  for (const auto& [position, column] : primary) key.push_back(column);
}

void describe_unique_indexes(SQLite::Database& connection, TableShape& shape) {
  for (const Row& index : query(connection,
                                "SELECT name FROM pragma_index_list(?1) WHERE \"unique\" AND "
                                "NOT partial AND origin <> 'pk' ORDER BY seq DESC",
                                {shape.name})
                              .rows) {
    std::vector<std::string> columns;
    bool expression = false;
    for (const Row& row :
         query(connection, "SELECT name FROM pragma_index_info(?1)", {*index[0]}).rows) {
      expression = expression || !row[0];
      columns.push_back(row[0].value_or(""));
    }
    if (!expression) shape.unique_keys.push_back(columns);
  }
}

}  // namespace

std::optional<TableShape> SqliteDatabase::describe_table(std::string_view, std::string_view table) {
  TableShape shape;
  shape.name = std::string(table);
  describe_columns(connection_, shape);
  if (shape.columns.empty()) return std::nullopt;
  describe_unique_indexes(connection_, shape);
  for (const Row& row :
       sqlite::query(connection_,
                     "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1) ORDER BY 1",
                     {shape.name})
           .rows) {
    shape.references.push_back(*row[0]);
  }
  return shape;
}

}  // namespace provision::sqlite
