#include "provision/ops/version_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/project/foreign_files.h"

namespace provision {
namespace {

using Milliseconds = std::optional<std::int64_t>;

std::string alembic_row(const Revision&, std::string_view version, Milliseconds, const Dialect&) {
  return fmt::format("(version_num) VALUES ({})", sql_literal(version));
}

std::string version_row(const Revision&, std::string_view version, Milliseconds, const Dialect&) {
  return fmt::format("(version) VALUES ({})", sql_literal(version));
}

std::string golang_migrate_row(const Revision&, std::string_view version, Milliseconds,
                               const Dialect&) {
  return fmt::format("(version, dirty) VALUES ({}, false)", sql_literal(version));
}

std::string goose_row(const Revision&, std::string_view version, Milliseconds, const Dialect&) {
  return fmt::format("(version_id, is_applied) VALUES ({}, true)", sql_literal(version));
}

std::string sql_migrate_row(const Revision&, std::string_view version, Milliseconds,
                            const Dialect&) {
  return fmt::format("(id, applied_at) VALUES ({}, CURRENT_TIMESTAMP)", sql_literal(version));
}

/// sqlx compares the checksum with its file's before it does anything; the time is in nanoseconds.
std::string sqlx_row(const Revision& revision, std::string_view version, Milliseconds milliseconds,
                     const Dialect& dialect) {
  constexpr std::int64_t kNanoseconds = 1'000'000;
  const std::string text = revision.up.empty() ? std::string() : revision.up.front().text;
  return fmt::format(
      "(version, description, success, checksum, execution_time) VALUES ({}, {}, true, {}, {})",
      sql_literal(version), sql_literal(revision.message),
      fmt::format(fmt::runtime(dialect.bytes_literal), sha384(text)),
      milliseconds.value_or(0) * kNanoseconds);
}

constexpr std::string_view kAlembicColumns =
    "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)";

constexpr std::array kTables = {
    VersionTable{.layout = "alembic",
                 .name = "alembic_version",
                 .key = "version_num",
                 .only_tips = true,
                 .columns = kAlembicColumns,
                 .first_rows = {},
                 .row = &alembic_row},
    VersionTable{.layout = "flask-migrate",
                 .name = "alembic_version",
                 .key = "version_num",
                 .only_tips = true,
                 .columns = kAlembicColumns,
                 .first_rows = {},
                 .row = &alembic_row},
    VersionTable{.layout = "dbmate",
                 .name = "schema_migrations",
                 .key = "version",
                 .columns = "version varchar(128) PRIMARY KEY",
                 .first_rows = {},
                 .row = &version_row},
    VersionTable{.layout = "diesel",
                 .name = "__diesel_schema_migrations",
                 .key = "version",
                 .columns = "version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL "
                            "DEFAULT CURRENT_TIMESTAMP",
                 .first_rows = {},
                 .row = &version_row},
    VersionTable{.layout = "golang-migrate",
                 .name = "schema_migrations",
                 .key = "version",
                 .only_tips = true,
                 .is_number = true,
                 .columns = "version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL",
                 .first_rows = {},
                 .row = &golang_migrate_row},
    VersionTable{.layout = "goose",
                 .name = "goose_db_version",
                 .key = "version_id",
                 .is_number = true,
                 .columns = "id {serial}, version_id bigint NOT NULL, is_applied boolean NOT NULL, "
                            "tstamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP",
                 .first_rows = "(version_id, is_applied) VALUES (0, true)",
                 .row = &goose_row},
    VersionTable{.layout = "sql-migrate",
                 .name = "gorp_migrations",
                 .key = "id",
                 .columns = "id text NOT NULL PRIMARY KEY, applied_at {moment}",
                 .first_rows = {},
                 .row = &sql_migrate_row},
    VersionTable{.layout = "sqlx",
                 .name = "_sqlx_migrations",
                 .key = "version",
                 .is_number = true,
                 .columns = "version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on "
                            "{moment} NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT "
                            "NULL, checksum {bytes} NOT NULL, execution_time BIGINT NOT NULL",
                 .first_rows = {},
                 .row = &sqlx_row},
};

}  // namespace

const VersionTable* version_table_of(std::string_view layout) {
  const auto found = std::find_if(kTables.begin(), kTables.end(), [&](const VersionTable& table) {
    return table.layout == layout;
  });
  return found == kTables.end() ? nullptr : &*found;
}

std::string_view unwritten_table_of(std::string_view layout) {
  if (layout == "flyway") return "flyway_schema_history";
  if (layout == "sqitch") return "sqitch.changes";
  return {};
}

std::string creation_of(const VersionTable& table, const std::string& name,
                        const Dialect& dialect) {
  // The state tables' points in time are text where the engine has no type for them.
  const std::string_view moment =
      dialect.timestamp_type == "text" ? std::string_view("timestamp") : dialect.timestamp_type;
  const std::string columns =
      fmt::format(fmt::runtime(table.columns), fmt::arg("serial", dialect.serial_key),
                  fmt::arg("moment", moment), fmt::arg("bytes", dialect.bytes_type));
  std::string sql = fmt::format("CREATE TABLE {} ({});\n", name, columns);
  if (!table.first_rows.empty()) {
    sql += fmt::format("INSERT INTO {} {};\n", name, table.first_rows);
  }
  return sql;
}

std::string version_of(const VersionTable& table, std::string_view id) {
  std::string version(id);
  // "2026-01-01-120000" is a folder's name; what diesel writes down is its digits.
  if (table.layout == "diesel") std::erase(version, '-');
  return table.is_number ? plain_number(version) : version;
}

std::vector<std::string> versions_of(const VersionTable& table, const RevisionGraph& graph,
                                     const RevisionSet& applied) {
  std::vector<std::string> versions;
  for (const std::string& id : table.only_tips ? graph.tips(applied) : graph.ordered(applied)) {
    versions.push_back(version_of(table, id));
  }
  return versions;
}

std::string sql_of(const VersionChange& change, const RevisionGraph& graph,
                   const Dialect& dialect) {
  const VersionTable& table = change.table;
  const std::vector<std::string> after = versions_of(table, graph, change.after);
  const auto has = [](const std::vector<std::string>& versions, const std::string& version) {
    return std::find(versions.begin(), versions.end(), version) != versions.end();
  };
  std::string sql;
  for (const std::string& version : change.before) {
    if (has(after, version)) continue;
    sql += fmt::format("DELETE FROM {} WHERE {} = {};\n", change.name, table.key,
                       sql_literal(version));
  }
  for (const std::string& id : graph.ordered(change.after)) {
    const std::string version = version_of(table, id);
    if (!has(after, version) || has(change.before, version)) continue;
    sql += fmt::format("INSERT INTO {} {};\n", change.name,
                       table.row(graph.at(id), version, change.milliseconds, dialect));
  }
  return sql;
}

}  // namespace provision
