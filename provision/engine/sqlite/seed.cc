// Seeding: rows go into a temporary table of the same types, and only what differs is written.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "provision/base/interrupt.h"
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
std::string as_truth(const std::string& value) {
  const std::string word = lower(value);
  if (word == "true") return "1";
  if (word == "false") return "0";
  return value;
}

/// What SQLite takes for the values of the seed's columns.
std::vector<std::string> types_of(const SeedTable& seed, const TableShape& shape) {
  std::vector<std::string> types;
  for (const std::string& name : seed.columns) {
    const auto column = std::find_if(shape.columns.begin(), shape.columns.end(),
                                     [&](const TableColumn& c) { return c.name == name; });
    types.push_back(column->type);
  }
  return types;
}

/// Rows that go in one by one, in the order they are made in.
class Inserting {
 public:
  /// Into `table` ("main.x" as SQL) with all columns of `seed`.
  Inserting(SQLite::Database& connection, const SeedTable& seed, const TableShape& shape,
            const std::string& table)
      : seed_(seed), insert_(prepared(connection, sql(seed, table))) {
    for (const std::string& type : types_of(seed, shape)) {
      is_boolean_.push_back(lower(type).find("bool") != std::string::npos);
    }
  }

  /// Returns the number of the row that is refused, with why.
  std::optional<std::pair<std::int64_t, Error>> run() {
    SeedRow space;
    for (std::int64_t number = 0; number < seed_.row_count(); ++number) {
      if (number % kInterruptible == 0) stop_if_interrupted();
      const SeedRow& row = seed_.row(number, space);
      for (size_t i = 0; i < row.values.size(); ++i) {
        bind(static_cast<int>(i) + 1, row.values[i], is_boolean_[i]);
      }
      try {
        insert_.exec();
      } catch (const SQLite::Exception& error) {
        return std::pair(number, translated(error));
      }
      insert_.reset();
    }
    return std::nullopt;
  }

 private:
  static constexpr std::int64_t kInterruptible = 4096;

  static std::string sql(const SeedTable& seed, const std::string& table) {
    const std::vector<std::string> places(seed.columns.size(), "?");
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns_list(seed.columns, ""),
                       joined(places, ", "));
  }

  static SQLite::Statement prepared(SQLite::Database& connection, const std::string& sql) {
    try {
      return SQLite::Statement(connection, sql);
    } catch (const SQLite::Exception& error) {
      throw translated(error);
    }
  }

  void bind(int place, const SeedValue& value, bool is_boolean) {
    if (!value) {
      insert_.bind(place);
    } else if (is_boolean) {
      insert_.bind(place, as_truth(*value));
    } else {
      insert_.bindNoCopy(place, *value);
    }
  }

  const SeedTable& seed_;
  SQLite::Statement insert_;
  std::vector<bool> is_boolean_;
};

void stage(SQLite::Database& connection, const SeedTable& seed, const TableShape& shape) {
  std::vector<std::string> definitions;
  const std::vector<std::string> types = types_of(seed, shape);
  for (size_t i = 0; i < types.size(); ++i) {
    definitions.push_back(sql_identifier(seed.columns[i]) + " " + types[i]);
  }
  execute(connection, fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1})", kStaging,
                                  joined(definitions, ", ")));
  Inserting inserting(connection, seed, shape, std::string(kStaging));
  if (const auto refused = inserting.run()) throw refused->second;
  if (seed.key.empty()) return;
  execute(connection,
          fmt::format("CREATE INDEX temp._provision_staging_key ON _provision_staging ({})",
                      columns_list(seed.key, "")));
}

/// The statements that bring the table to the staged rows; `{}` stands for a condition on `s`.
struct SeedSql {
  std::string update;  ///< empty: nothing to update
  std::string insert;
};

SeedSql seed_sql(const SeedTable& seed) {
  const std::string table = sql_identifier(seed.table);
  SeedSql sql;
  if (seed.key.empty()) {
    // Rows without a key are told apart by all that they hold, and counted.
    const std::string list = columns_list(seed.columns, "");
    sql.insert = fmt::format(
        "INSERT INTO main.{0} ({1}) SELECT {1} FROM (SELECT {1}, row_number() OVER (PARTITION BY "
        "{1}) FROM {2} AS s WHERE {{}} EXCEPT SELECT {1}, row_number() OVER (PARTITION BY {1}) "
        "FROM main.{0})",
        table, list, kStaging);
    return sql;
  }
  const std::string match = keys_match(seed);
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
  for (std::int64_t number = 0; number < seed.row_count(); ++number) {
    const std::string only = fmt::format("s.rowid = {}", number + 1);
    try {
      if (!sql.update.empty()) execute(connection, fmt::format(fmt::runtime(sql.update), only));
      execute(connection, fmt::format(fmt::runtime(sql.insert), only));
    } catch (const Error& error) {
      return seed.placed(error, number);
    }
  }
  return seed.placed(failure, std::nullopt);
}

/// Rows into a table that has none: there is nothing to compare them with.
SeedCount fill_empty(SQLite::Database& connection, const SeedTable& seed, const TableShape& shape) {
  Inserting inserting(connection, seed, shape, "main." + sql_identifier(seed.table));
  if (const auto refused = inserting.run()) throw seed.placed(refused->second, refused->first);
  return {.table = seed.table, .inserted = seed.row_count()};
}

bool is_empty(SQLite::Database& connection, const std::string& table) {
  return query(connection, fmt::format("SELECT 1 FROM main.{} LIMIT 1", sql_identifier(table)), {})
      .rows.empty();
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
  if (seed.made && is_empty(connection_, seed.table)) {
    return fill_empty(connection_, seed, shape);
  }
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
    if (sqlite3_get_autocommit(connection_.getHandle()) != 0)
      throw seed.placed(error, std::nullopt);
    sqlite::execute(connection_, "ROLLBACK TO seeding");
    throw at_failing_row(connection_, seed, sql, error);
  }
  sqlite::execute(connection_, fmt::format("RELEASE seeding; DROP TABLE {}", kStaging));
  count.unchanged = seed.row_count() - count.inserted - count.updated;
  return count;
}

}  // namespace provision::sqlite
