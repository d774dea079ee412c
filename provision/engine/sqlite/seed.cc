// Seeding: rows go into a temporary table of the same types, and only what differs is written.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/engine/sqlite/database.h"

namespace provision::sqlite {
namespace {

constexpr std::string_view kStaging = "temp._provision_staging";

std::string columns_list(const std::vector<std::string>& columns, std::string_view prefix) {
  std::vector<std::string> parts;
  for (const std::string& column : columns) {
    parts.push_back(std::string(prefix) + sql_identifier(column));
  }
  return joined(parts, ", ");
}

/// "t.a IS s.a AND t.b IS s.b", with the table's own collation; NULL is the same as NULL.
std::string keys_match(const SeedTable& seed) {
  std::vector<std::string> parts;
  for (const std::string& column : seed.key) {
    const std::string name = sql_identifier(column);
    parts.push_back(fmt::format("t.{0} IS s.{0}", name));
  }
  return joined(parts, " AND ");
}

std::vector<std::string> value_columns(const SeedTable& seed) {
  std::vector<std::string> columns;
  for (const std::string& column : seed.columns) {
    if (std::find(seed.key.begin(), seed.key.end(), column) == seed.key.end()) {
      columns.push_back(column);
    }
  }
  return columns;
}

/// SQLite has no booleans: "true" is 1 in a column that is declared to hold them.
std::optional<std::string> as_stored(const SeedValue& value, const std::string& type) {
  if (!value || lower(type).find("bool") == std::string::npos) return value;
  const std::string word = lower(*value);
  if (word == "true") return "1";
  if (word == "false") return "0";
  return value;
}

void bind_value(SQLite::Statement& insert, int place, const std::optional<std::string>& value) {
  if (value) {
    insert.bind(place, *value);
  } else {
    insert.bind(place);
  }
}

void stage(SQLite::Database& connection, const SeedTable& seed, const TableShape& shape) {
  std::vector<std::string> definitions;
  std::vector<std::string> places;
  std::vector<std::string> types;
  for (const std::string& name : seed.columns) {
    const auto column = std::find_if(shape.columns.begin(), shape.columns.end(),
                                     [&](const TableColumn& c) { return c.name == name; });
    definitions.push_back(sql_identifier(name) + " " + column->type);
    types.push_back(column->type);
    places.emplace_back("?");
  }
  execute(connection, fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1})", kStaging,
                                  joined(definitions, ", ")));
  try {
    SQLite::Statement insert(
        connection, fmt::format("INSERT INTO {} VALUES ({})", kStaging, joined(places, ", ")));
    for (const SeedRow& row : seed.rows) {
      for (size_t i = 0; i < row.values.size(); ++i) {
        bind_value(insert, static_cast<int>(i) + 1, as_stored(row.values[i], types[i]));
      }
      insert.exec();
      insert.reset();
    }
    execute(connection,
            fmt::format("CREATE INDEX temp._provision_staging_key ON _provision_staging ({})",
                        columns_list(seed.key, "")));
  } catch (const SQLite::Exception& error) {
    throw translated(error);
  }
}

/// The statements that bring the table to the staged rows; `{}` stands for a condition on `s`.
struct SeedSql {
  std::string update;  ///< empty: nothing to update
  std::string insert;
};

SeedSql seed_sql(const SeedTable& seed) {
  const std::string table = sql_identifier(seed.table);
  const std::string match = keys_match(seed);
  SeedSql sql;
  sql.insert = fmt::format(
      "INSERT INTO main.{0} ({1}) SELECT {2} FROM {3} AS s WHERE {{}} AND NOT EXISTS "
      "(SELECT 1 FROM main.{0} AS t WHERE {4}) ORDER BY s.rowid",
      table, columns_list(seed.columns, ""), columns_list(seed.columns, "s."), kStaging, match);
  const std::vector<std::string> values = value_columns(seed);
  if (seed.mode != SeedMode::insert && !values.empty()) {
    std::vector<std::string> assignments;
    std::vector<std::string> differences;
    for (const std::string& column : values) {
      const std::string name = sql_identifier(column);
      assignments.push_back(fmt::format("{0} = s.{0}", name));
      // The column's own collation may call two texts equal that are not the same.
      differences.push_back(fmt::format("t.{0} COLLATE BINARY IS NOT s.{0}", name));
    }
    sql.update =
        fmt::format("UPDATE main.{} AS t SET {} FROM {} AS s WHERE {{}} AND {} AND ({})", table,
                    joined(assignments, ", "), kStaging, match, joined(differences, " OR "));
  }
  return sql;
}

std::int64_t changed_by(SQLite::Database& connection, const std::string& sql) {
  execute(connection, sql);
  return connection.getChanges();
}

/// `failure`, led by the line of the first row that the table refuses.
Error at_failing_row(SQLite::Database& connection, const SeedTable& seed, const SeedSql& sql,
                     const Error& failure) {
  for (size_t i = 0; i < seed.rows.size(); ++i) {
    const std::string only = fmt::format("s.rowid = {}", i + 1);
    try {
      if (!sql.update.empty()) execute(connection, fmt::format(fmt::runtime(sql.update), only));
      execute(connection, fmt::format(fmt::runtime(sql.insert), only));
    } catch (const Error& error) {
      return error.at({seed.file, seed.rows[i].line});
    }
  }
  return failure.at(seed.place);
}

}  // namespace

std::int64_t SqliteDatabase::remove_unlisted(const SeedTable& seed, const TableShape& shape) {
  stage(connection_, seed, shape);
  return changed_by(connection_,
                    fmt::format("DELETE FROM main.{} AS t WHERE NOT EXISTS "
                                "(SELECT 1 FROM {} AS s WHERE {})",
                                sql_identifier(seed.table), kStaging, keys_match(seed)));
}

SeedCount SqliteDatabase::apply_seed(const SeedTable& seed, const TableShape& shape) {
  stage(connection_, seed, shape);
  const SeedSql sql = seed_sql(seed);
  SeedCount count{.table = seed.table};
  sqlite::execute(connection_, "SAVEPOINT seeding");
  try {
    if (!sql.update.empty()) {
      count.updated = changed_by(connection_, fmt::format(fmt::runtime(sql.update), "true"));
    }
    count.inserted = changed_by(connection_, fmt::format(fmt::runtime(sql.insert), "true"));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::refused) throw;
    // ON CONFLICT ROLLBACK has ended the transaction, and the savepoint with it.
    if (sqlite3_get_autocommit(connection_.getHandle()) != 0) throw error.at(seed.place);
    sqlite::execute(connection_, "ROLLBACK TO seeding");
    throw at_failing_row(connection_, seed, sql, error);
  }
  sqlite::execute(connection_, fmt::format("RELEASE seeding; DROP TABLE {}", kStaging));
  count.unchanged = static_cast<std::int64_t>(seed.rows.size()) - count.inserted - count.updated;
  return count;
}

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
