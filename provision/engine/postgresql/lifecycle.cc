#include "provision/engine/postgresql/lifecycle.h"

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/remedy.h"
#include "provision/engine/postgresql/sessions.h"

namespace provision::postgresql {
namespace {

constexpr size_t kLongestName = 63;

ConnectOptions options_for(Access access) {
  ConnectOptions options;
  options.access = access;
  return options;
}

/// How to copy a template. Where nothing is synced the two checkpoints of file_copy are nearly
/// free, and it takes half the time for 33 MB as for 268 MB; elsewhere wal_log, the server's own
/// choice, is several times faster for small templates and twice for half a gigabyte.
std::string_view copy_strategy(const SessionFacts& server) {
  return !server.is_synced && server.version >= 150000 ? " STRATEGY file_copy" : "";
}

std::string create_statement(const DatabaseSpec& spec, const SessionFacts& server) {
  std::string sql = fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {}",
                                sql_identifier(spec.location.database),
                                sql_literal(spec.encoding.empty() ? "UTF8" : spec.encoding));
  if (!spec.locale.empty()) {
    sql += fmt::format(" LC_COLLATE {0} LC_CTYPE {0}", sql_literal(spec.locale));
  }
  if (!spec.owner.empty()) sql += " OWNER " + sql_identifier(spec.owner);
  return sql.append(copy_strategy(server));
}

/// Runs a CREATE DATABASE; says what a role lacks that may not.
void make_database(Connection& server, const std::string& statement) {
  try {
    server.execute(statement);
  } catch (const Error& error) {
    constexpr std::string_view kDenied = "42501";
    if (error.code() != kDenied) throw;
    const std::string& user = server.facts().user;
    throw Error(
        error.kind(), error.message(),
        fmt::format("a new database is made beside the old one, and '{}' may make none: let "
                    "a superuser run ALTER ROLE {} CREATEDB, or say `server: managed`",
                    user, sql_identifier(user)))
        .with_code(error.code());
  }
}

/// "a.b" as "a"."b".
std::string setting_identifier(const std::string& name) {
  std::vector<std::string> parts;
  for (const std::string& part : split_list(name, '.')) parts.push_back(sql_identifier(part));
  return joined(parts, ".");
}

/// By way of the session: SET in ALTER DATABASE would take "a, b" for one name in quotes.
void set_for_database(Connection& connection, const std::string& database, const std::string& name,
                      const std::string& value) {
  connection.query(fmt::format("SELECT pg_catalog.set_config({}, {}, false)", sql_literal(name),
                               sql_literal(value)));
  connection.execute(fmt::format("ALTER DATABASE {} SET {} FROM CURRENT", sql_identifier(database),
                                 setting_identifier(name)));
}

void furnish(const DatabaseSpec& spec) {
  if (spec.extensions.empty() && spec.settings.empty()) return;
  Connection connection(spec, options_for(Access::write));
  for (const std::string& extension : spec.extensions) {
    try {
      connection.execute("CREATE EXTENSION IF NOT EXISTS " + sql_identifier(extension));
    } catch (const Error& error) {
      throw with_remedy(error, connection.facts().version)
          .within(fmt::format("cannot create extension '{}'", extension));
    }
  }
  for (const auto& [name, value] : spec.settings) {
    set_for_database(connection, spec.location.database, name, value);
  }
}

/// The settings of a database are not in it but beside it, so that no copy has them.
void copy_settings(Connection& server, const std::string& from, const std::string& to) {
  const Rows rows = server.query(fmt::format(
      "SELECT unnest(s.setconfig) FROM pg_catalog.pg_db_role_setting AS s JOIN "
      "pg_catalog.pg_database AS d ON d.oid = s.setdatabase WHERE s.setrole = 0 AND d.datname = {}",
      sql_literal(from)));
  for (const Row& row : rows.rows) {
    const std::string setting = row[0].value_or("");
    const size_t equals = setting.find('=');
    const std::string name = setting.substr(0, equals);
    set_for_database(server, to, name, setting.substr(equals + 1));
    // Not all of them: that would take from the session that it may write.
    server.execute("RESET " + setting_identifier(name));
  }
}

std::string object_id_of(Connection& server, const std::string& name) {
  const Rows rows = server.query(
      fmt::format("SELECT oid FROM pg_catalog.pg_database WHERE datname = {}", sql_literal(name)));
  return rows.rows.empty() ? std::string() : rows.rows[0][0].value_or("");
}

std::string rename_statement(const std::string& from, const std::string& to) {
  return fmt::format("ALTER DATABASE {} RENAME TO {};", sql_identifier(from), sql_identifier(to));
}

void require_same(const std::string& found, std::string_view object_id, const std::string& name) {
  if (found.empty()) {
    throw refused(fmt::format("database '{}' does not exist", name)).with_code("3D000");
  }
  if (found == object_id) return;
  throw refused(fmt::format("database '{}' is not the one that was looked at", name),
                "somebody replaced it meanwhile; look again");
}

/// Lets sessions into the database `name` again, that `seal_database` closed.
void unseal(Connection& server, const std::string& name) {
  server.execute(
      fmt::format("ALTER DATABASE {0} ALLOW_CONNECTIONS true; COMMENT ON DATABASE {0} "
                  "IS NULL",
                  sql_identifier(name)));
}

std::string trash_name() { return "provision_trash_" + random_hex(8); }

/// In a transaction, so that a name that changes hands meanwhile leaves everything as it was.
template <typename Work>
void in_transaction(Connection& server, Work work) {
  server.execute("BEGIN");
  try {
    work();
    server.execute("COMMIT");
  } catch (...) {
    server.try_execute("ROLLBACK");
    throw;
  }
}

}  // namespace

bool database_exists(Connection& server, const std::string& name) {
  return !object_id_of(server, name).empty();
}

void create_database(Connection& server, const DatabaseSpec& spec) {
  make_database(server, create_statement(spec, server.facts()));
  try {
    furnish(spec);
  } catch (...) {
    server.try_execute("DROP DATABASE " + sql_identifier(spec.location.database));
    throw;
  }
}

void drop_database(Connection& server, const DatabaseSpec& spec, std::string_view object_id,
                   bool force) {
  const std::string& name = spec.location.database;
  require_same(object_id_of(server, name), object_id, name);
  clear_sessions(server, name, force);
  const std::string trash = trash_name();
  in_transaction(server, [&] {
    server.execute(rename_statement(name, trash));
    require_same(object_id_of(server, trash), object_id, name);
  });
  // Nobody was in it when it got a name that nobody knows.
  server.execute("DROP DATABASE " + sql_identifier(trash));
}

void publish_database(Connection& server, const DatabaseSpec& built, const DatabaseSpec& spec,
                      std::string_view object_id, bool force) {
  const std::string& name = spec.location.database;
  const bool replaces = !object_id.empty();
  if (replaces) {
    require_same(object_id_of(server, name), object_id, name);
    clear_sessions(server, name, force);
  }
  const std::string& built_name = built.location.database;
  clear_sessions(server, built_name, true);
  const std::string between = trash_name();
  const std::string swap = replaces ? rename_statement(name, between) +
                                          rename_statement(built_name, name) +
                                          rename_statement(between, built_name)
                                    : rename_statement(built_name, name);
  in_transaction(server, [&] {
    const Row row = server
                        .query(swap + fmt::format("SELECT datallowconn, (SELECT oid FROM "
                                                  "pg_catalog.pg_database WHERE datname = {}) FROM "
                                                  "pg_catalog.pg_database WHERE datname = {}",
                                                  sql_literal(built_name), sql_literal(name)))
                        .rows.at(0);
    if (replaces) require_same(row[1].value_or(""), object_id, name);
    if (row[0] != "t") unseal(server, name);
  });
}

void copy_database(Connection& server, const DatabaseSpec& from, const DatabaseSpec& to) {
  clear_sessions(server, from.location.database, true);
  std::string sql =
      fmt::format("CREATE DATABASE {} TEMPLATE {}", sql_identifier(to.location.database),
                  sql_identifier(from.location.database));
  if (!to.owner.empty()) sql += " OWNER " + sql_identifier(to.owner);
  make_database(server, sql.append(copy_strategy(server.facts())));
  copy_settings(server, from.location.database, to.location.database);
}

std::set<std::string> roles(Connection& server) {
  std::set<std::string> names;
  for (const Row& row : server.query("SELECT rolname FROM pg_catalog.pg_roles").rows) {
    names.insert(row[0].value_or(""));
  }
  return names;
}

void drop_roles(Connection& server, const std::set<std::string>& names) {
  for (const std::string& name : names) {
    // What another database still refers to keeps its role.
    server.try_execute("DROP ROLE " + sql_identifier(name));
  }
}

std::string beside_name(const std::string& name) {
  const std::string suffix = "__new_" + random_hex(3);
  size_t size = std::min(name.size(), kLongestName - suffix.size());
  // Not within a character of several bytes.
  while (size > 0 && size < name.size() && (static_cast<unsigned char>(name[size]) & 0xc0U) == 0x80)
    --size;
  return name.substr(0, size) + suffix;
}

}  // namespace provision::postgresql
