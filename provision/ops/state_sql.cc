#include "provision/ops/state_sql.h"

#include <fmt/format.h>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/state_views.h"

namespace provision {
namespace {

std::string number_or_null(std::optional<std::int64_t> number) {
  return number ? std::to_string(*number) : "NULL";
}

}  // namespace

std::string_view word_of(Direction direction) {
  return direction == Direction::up ? "upgrade" : "downgrade";
}

std::string StateSql::table(std::string_view name) const {
  return dialect_.state_prefix + std::string(name);
}

std::string StateSql::as_text(std::string_view timestamp) const {
  return fmt::format(fmt::runtime(dialect_.timestamp_text), timestamp);
}

std::string StateSql::creation(const DatabaseSpec& spec, bool created) const {
  if (keeps_state_in_views(spec)) return StateViews(dialect_).creation(spec, created);
  const size_t dot = dialect_.state_prefix.find('.');
  std::string sql;
  if (dot != std::string::npos) {
    sql += fmt::format("CREATE SCHEMA IF NOT EXISTS {};\n", dialect_.state_prefix.substr(0, dot));
  }
  sql += fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (id integer PRIMARY KEY CHECK (id = 1), format integer NOT "
      "NULL, "
      "uuid text NOT NULL, environment text NOT NULL, kind text NOT NULL, origin text NOT NULL, "
      "created_at {} NOT NULL, created_by text NOT NULL);\n",
      table("identity"), dialect_.timestamp_type);
  sql += fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (revision text PRIMARY KEY, checksum text NOT NULL, message "
      "text NOT NULL, "
      "source text NOT NULL, applied_at {} NOT NULL, milliseconds bigint, applied_by text NOT "
      "NULL);\n",
      table("applied"), dialect_.timestamp_type);
  sql += fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (number {}, revision text NOT NULL, direction text NOT NULL, "
      "outcome text NOT NULL, statement integer, checksum text NOT NULL, at {} NOT NULL, "
      "milliseconds bigint, done_by text NOT NULL);\n",
      table("history"), dialect_.serial_key, dialect_.timestamp_type);
  sql += fmt::format(
      "CREATE TABLE IF NOT EXISTS {} (seed_set text PRIMARY KEY, digest text NOT NULL, applied_at "
      "{} NOT NULL, "
      "applied_by text NOT NULL);\n",
      table("seeds"), dialect_.timestamp_type);
  sql +=
      fmt::format("INSERT INTO {} VALUES (1, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING;\n",
                  table("identity"), kStateFormat, sql_literal(random_uuid()),
                  sql_literal(spec.environment), sql_literal(name_of(spec.kind)),
                  created ? "'created'" : "'adopted'", dialect_.now, sql_literal(user_and_host()));
  return sql;
}

std::string StateSql::history(const HistoryRow& row) const {
  return fmt::format(
      "INSERT INTO {} (revision, direction, outcome, statement, checksum, at, milliseconds, "
      "done_by) "
      "VALUES ({}, '{}', '{}', {}, {}, {}, {}, {})",
      table("history"), sql_literal(row.revision), row.direction, row.outcome,
      row.statement ? std::to_string(*row.statement) : "NULL", sql_literal(row.checksum), now(),
      number_or_null(row.milliseconds), sql_literal(user_and_host()));
}

std::string StateSql::applied(const Revision& revision,
                              std::optional<std::int64_t> milliseconds) const {
  return fmt::format(
      "INSERT INTO {} (revision, checksum, message, source, applied_at, milliseconds, applied_by) "
      "VALUES ({}, {}, {}, {}, {}, {}, {})",
      table("applied"), sql_literal(revision.id), sql_literal(checksum(revision)),
      sql_literal(revision.message), sql_literal(revision.text), now(),
      number_or_null(milliseconds), sql_literal(user_and_host()));
}

std::string StateSql::no_longer_applied(std::string_view id) const {
  return fmt::format("DELETE FROM {} WHERE revision = {}", table("applied"), sql_literal(id));
}

std::string StateSql::stamp(const Revision& revision) const {
  const std::string sum = checksum(revision);
  return applied(revision, std::nullopt) + ";\n" +
         history(
             {.revision = revision.id, .direction = "stamp", .outcome = "done", .checksum = sum});
}

std::string StateSql::unstamp(std::string_view id) const {
  return no_longer_applied(id) + ";\n" +
         history({.revision = id, .direction = "unstamp", .outcome = "done"});
}

std::string StateSql::accept(const Revision& revision) const {
  const std::string sum = checksum(revision);
  return fmt::format("UPDATE {} SET checksum = {}, source = {} WHERE revision = {};\n",
                     table("applied"), sql_literal(sum), sql_literal(revision.text),
                     sql_literal(revision.id)) +
         history(
             {.revision = revision.id, .direction = "accept", .outcome = "done", .checksum = sum});
}

std::string StateSql::adoption(const DatabaseSpec& spec) const {
  return fmt::format("UPDATE {} SET environment = {}, kind = {}, origin = 'adopted'",
                     table("identity"), sql_literal(spec.environment),
                     sql_literal(name_of(spec.kind)));
}

std::string StateSql::takeover(const DatabaseSpec& spec) const {
  return fmt::format(
      "UPDATE {} SET environment = {}, kind = {}, origin = 'created', uuid = {}, created_at = {}, "
      "created_by = {}",
      table("identity"), sql_literal(spec.environment), sql_literal(name_of(spec.kind)),
      sql_literal(random_uuid()), now(), sql_literal(user_and_host()));
}

std::string StateSql::record(const Revision& revision, Direction direction,
                             std::optional<std::int64_t> milliseconds) const {
  const std::string sum = checksum(revision);
  return (direction == Direction::up ? applied(revision, milliseconds)
                                     : no_longer_applied(revision.id)) +
         ";\n" +
         history({.revision = revision.id,
                  .direction = word_of(direction),
                  .outcome = "done",
                  .checksum = sum,
                  .milliseconds = milliseconds});
}

}  // namespace provision
