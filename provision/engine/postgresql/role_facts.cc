// What the server knows of its roles.
#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {
namespace {

// Whether somebody has a password only who may read them all could tell, and that it is another one
// nobody: each time the same one is set it is written differently.
constexpr std::string_view kRoles = R"(
SELECT r.rolname, f.fact FROM pg_catalog.pg_roles r CROSS JOIN LATERAL (
  SELECT pg_catalog.concat_ws(' ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
    CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
    CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
    CASE WHEN r.rolcanlogin THEN 'LOGIN' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
    CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
    CASE WHEN r.rolconnlimit >= 0 THEN 'CONNECTION LIMIT ' || r.rolconnlimit END,
    CASE WHEN r.rolvaliduntil < 'infinity' THEN 'VALID UNTIL ' || r.rolvaliduntil END) AS fact
  UNION ALL
  SELECT 'member of ' || g.rolname || CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END
  FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
  WHERE m.member = r.oid
  UNION ALL
  SELECT 'SET ' || s.setting FROM pg_catalog.pg_db_role_setting d
  CROSS JOIN pg_catalog.unnest(d.setconfig) AS s(setting)
  WHERE d.setrole = r.oid AND d.setdatabase = 0
  UNION ALL
  SELECT 'COMMENT ' || pg_catalog.shobj_description(r.oid, 'pg_authid')) f
WHERE r.rolname !~ '^pg_' AND f.fact <> '' ORDER BY 1, 2)";

}  // namespace

std::map<std::string, std::vector<std::string>> PostgresqlDatabase::roles() {
  std::map<std::string, std::vector<std::string>> roles;
  for (const Row& row : query("SELECT rolname FROM pg_catalog.pg_roles").rows) {
    roles[row.at(0).value_or("")];
  }
  for (const Row& row : query(kRoles).rows) {
    roles[row.at(0).value_or("")].push_back(row.at(1).value_or(""));
  }
  return roles;
}

}  // namespace provision::postgresql
