#include "provision/engine/postgresql/kept.h"

#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/engine/postgresql/lifecycle.h"
#include "provision/engine/postgresql/sessions.h"

namespace provision::postgresql {
namespace {

// A comment on the database. Who alters it afterwards, as one must who wants to connect, leaves
// another xmin.
constexpr std::string_view kSeal = "sealed by provision ";

// What belongs to a database but does not live in it: CREATE DATABASE copies none of it, and
// `copy_database` only the settings for all roles.
constexpr std::string_view kAllIsInside =
    "SELECT d.datacl IS NULL AND d.datconnlimit = -1 "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_shdescription AS c WHERE c.objoid = d.oid "
    "AND c.classoid = 'pg_catalog.pg_database'::regclass) "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_shseclabel AS l WHERE l.objoid = d.oid "
    "AND l.classoid = 'pg_catalog.pg_database'::regclass) "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_subscription AS u WHERE u.subdbid = d.oid) "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots AS r WHERE r.database = "
    "d.datname) "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_db_role_setting AS s WHERE s.setdatabase = d.oid "
    "AND s.setrole <> 0) FROM pg_catalog.pg_database AS d WHERE d.datname = {}";

// Whether a session may write is ours to say, and none that does not makes anything.
constexpr std::string_view kSurroundings =
    "SELECT pg_catalog.version(), session_user, "
    "(SELECT string_agg(rolname || rolsuper::text || rolinherit::text || rolcreaterole::text || "
    "rolcreatedb::text || rolbypassrls::text, ',' ORDER BY rolname) FROM pg_catalog.pg_roles), "
    "(SELECT string_agg(roleid::text || '>' || member::text, ',' ORDER BY roleid, member) FROM "
    "pg_catalog.pg_auth_members), "
    "(SELECT string_agg(name || '=' || coalesce(setting, ''), ',' ORDER BY name) FROM "
    "pg_catalog.pg_settings WHERE context IN ('user', 'superuser') AND source IN ('configuration "
    "file', 'environment variable', 'command line', 'global', 'user') AND name <> "
    "'default_transaction_read_only'), "
    "(SELECT row_to_json(d)::text FROM (SELECT encoding, datcollate, datctype FROM "
    "pg_catalog.pg_database WHERE datname = 'template0') AS d)";

// The server reads a file for each.
constexpr std::string_view kExtensions =
    "SELECT string_agg(name || default_version, ',' ORDER BY name) FROM "
    "pg_catalog.pg_available_extensions";

constexpr std::string_view kKept =
    "SELECT d.datname, d.oid, coalesce(c.description, ''), NOT d.datallowconn AND "
    "pg_catalog.split_part(c.description, ' as ', 2) = d.oid::text || '.' || d.xmin::text, "
    "EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid), "
    "CASE WHEN {} AND pg_catalog.has_database_privilege(d.oid, 'CONNECT') THEN "
    "pg_catalog.pg_database_size(d.oid) ELSE 0 END "
    "FROM pg_catalog.pg_database AS d LEFT JOIN pg_catalog.pg_shdescription AS c ON "
    "c.objoid = d.oid AND c.classoid = 'pg_catalog.pg_database'::regclass "
    "WHERE pg_catalog.starts_with(d.datname::text, {}) ORDER BY d.datname COLLATE \"C\"";

void mark(Connection& server, const std::string& built, const std::string& name) {
  const std::string database = sql_identifier(name);
  server.execute(
      fmt::format("ALTER DATABASE {} RENAME TO {}; ALTER DATABASE {} ALLOW_CONNECTIONS "
                  "false",
                  sql_identifier(built), database, database));
  const std::string print = server.value(
      fmt::format("SELECT oid::text || '.' || xmin::text FROM pg_catalog.pg_database WHERE "
                  "datname = {}",
                  sql_literal(name)));
  server.execute(fmt::format("COMMENT ON DATABASE {} IS {}", database,
                             sql_literal(fmt::format("{}{} as {}", kSeal, utc_now(), print))));
}

}  // namespace

std::string surroundings(Connection& server, bool with_extensions) {
  std::string text;
  const Rows rows = server.query(kSurroundings);
  for (const auto& value : rows.rows.at(0)) text += value.value_or("") + "\n";
  if (with_extensions) text += server.value(kExtensions);
  return text;
}

bool seal_database(Connection& server, const DatabaseSpec& built, const DatabaseSpec& spec) {
  const std::string& name = built.location.database;
  clear_sessions(server, name, true);
  if (server.value(fmt::format(fmt::runtime(kAllIsInside), sql_literal(name))) != "t") return false;
  server.execute("BEGIN");
  try {
    mark(server, name, spec.location.database);
    server.execute("COMMIT");
  } catch (...) {
    server.try_execute("ROLLBACK");
    throw;
  }
  return true;
}

std::vector<KeptDatabase> kept_databases(Connection& server, std::string_view prefix,
                                         bool with_size) {
  std::vector<KeptDatabase> found;
  const std::string sql = fmt::format(fmt::runtime(kKept), with_size, sql_literal(prefix));
  for (const Row& row : server.query(sql).rows) {
    const std::string description = row[2].value_or("");
    const bool was_sealed = description.starts_with(kSeal);
    KeptDatabase kept{.name = row[0].value_or(""), .object_id = row[1].value_or("")};
    kept.is_sealed = was_sealed && row[3] == "t";
    if (was_sealed) kept.made_at = description.substr(kSeal.size(), utc_now().size());
    kept.is_in_use = row[4] == "t";
    kept.size = std::stoll(row[5].value_or("0"));
    found.push_back(std::move(kept));
  }
  return found;
}

}  // namespace provision::postgresql
