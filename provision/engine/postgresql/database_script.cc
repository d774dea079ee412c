#include "provision/engine/postgresql/database_script.h"

#include <fmt/format.h>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kThis =
    "FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// A statement about the database whatever it is called: `before` and `after` its name.
std::string about_this(std::string_view before, std::string_view after) {
  return fmt::format(
      "DO $provision$ BEGIN EXECUTE {} || pg_catalog.quote_ident(pg_catalog.current_database()) "
      "|| {}; END $provision$;\n",
      sql_literal(before), sql_literal(after));
}

/// "a.b" as "a"."b".
std::string setting_name(const std::string& name) {
  std::vector<std::string> parts;
  for (const std::string& part : split_list(name, '.')) parts.push_back(sql_identifier(part));
  return joined(parts, ".");
}

enum class SettingsOf { everybody, roles };

std::string settings(Database& database, SettingsOf whose) {
  std::string sql;
  const Rows rows = database.query(
      "SELECT r.rolname, pg_catalog.split_part(c.setting, '=', 1), "
      "pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) "
      "FROM pg_catalog.pg_db_role_setting s CROSS JOIN pg_catalog.unnest(s.setconfig) AS "
      "c(setting) "
      "LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole WHERE s.setdatabase = "
      "(SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) "
      "ORDER BY 1, 2");
  for (const Row& row : rows.rows) {
    if (row[0].has_value() != (whose == SettingsOf::roles)) continue;
    const std::string name = row[1].value_or("");
    // By way of the session: SET in ALTER DATABASE would take "a, b" for one name in quotes.
    sql += fmt::format("SELECT pg_catalog.set_config({}, {}, false);\n", sql_literal(name),
                       sql_literal(row[2].value_or("")));
    const std::string after = fmt::format(" SET {} FROM CURRENT", setting_name(name));
    sql += row[0] ? about_this(fmt::format("ALTER ROLE {} IN DATABASE ", sql_identifier(*row[0])),
                               after)
                  : about_this("ALTER DATABASE ", after);
    sql += fmt::format("RESET {};\n", setting_name(name));
  }
  return sql;
}

}  // namespace

std::string settings_script(Database& database) {
  std::string sql = settings(database, SettingsOf::everybody);
  const Row row =
      database
          .query(fmt::format("SELECT d.datconnlimit, pg_catalog.shobj_description(d.oid, "
                             "'pg_database'), pg_catalog.to_regnamespace('public') IS NULL {}",
                             kThis))
          .rows.at(0);
  if (row[0] != "-1") sql += about_this("ALTER DATABASE ", " CONNECTION LIMIT " + *row[0]);
  if (row[1]) sql += about_this("COMMENT ON DATABASE ", " IS " + sql_literal(*row[1]));
  if (row[2] == "t") sql += "DROP SCHEMA IF EXISTS public;\n";
  return sql;
}

std::string privileges_script(Database& database) {
  const Row row = database
                      .query(fmt::format("SELECT pg_catalog.pg_get_userbyid(d.datdba), "
                                         "d.datacl IS NOT NULL {}",
                                         kThis))
                      .rows.at(0);
  const std::string owner = sql_identifier(row[0].value_or(""));
  std::string sql =
      settings(database, SettingsOf::roles) + about_this("ALTER DATABASE ", " OWNER TO " + owner);
  if (row[1] != "t") return sql;
  sql += about_this("REVOKE ALL ON DATABASE ", " FROM PUBLIC, " + owner);
  const Rows grants = database.query(
      fmt::format("SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE "
                  "pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END, "
                  "a.is_grantable FROM (SELECT d.datacl {}) AS d, "
                  "pg_catalog.aclexplode(d.datacl) AS a ORDER BY 2, 1",
                  kThis));
  for (const Row& grant : grants.rows) {
    sql += about_this(fmt::format("GRANT {} ON DATABASE ", grant[0].value_or("")),
                      fmt::format(" TO {}{}", grant[1].value_or(""),
                                  grant[2] == "t" ? " WITH GRANT OPTION" : ""));
  }
  return sql;
}

}  // namespace provision::postgresql
