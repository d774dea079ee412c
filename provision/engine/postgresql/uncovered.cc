// What of the catalog no query reads: counted, and where a catalog is unknown, found.
#include <array>

#include "provision/base/text.h"
#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

/// Rows of a catalog that are nobody's but the users'.
struct Uncovered {
  std::string_view what;
  std::string_view catalog;
  std::string_view condition;
  int since = 0;  ///< the first major version that has the catalog
};

// The catalogs that our queries read are here with what these leave out: objects among the system's
// own, and of kinds that a later server may bring.
constexpr std::array kUncovered = {
    Uncovered{"large object", "pg_largeobject_metadata", "true"},
    Uncovered{"security label", "pg_seclabel", "true"},
    Uncovered{"security label of the database", "pg_shseclabel",
              "classoid = 1262 AND objoid = (SELECT oid FROM pg_database "
              "WHERE datname = current_database())"},
    Uncovered{"tablespace", "pg_tablespace", "oid >= 16384"},
    Uncovered{"privilege on a parameter", "pg_parameter_acl", "true", 15},
    Uncovered{"replication origin", "pg_replication_origin", "true"},
    Uncovered{"connection of a subscription", "pg_subscription",
              "subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"},
    Uncovered{"operator added to a built-in family", "pg_amop",
              "oid >= 16384 AND amopfamily < 16384 AND {own} 2602"},
    Uncovered{"function added to a built-in family", "pg_amproc",
              "oid >= 16384 AND amprocfamily < 16384 AND {own} 2603"},
    Uncovered{"relation of an unknown kind", "pg_class",
              "oid >= 16384 AND relkind NOT IN "
              "('r', 'p', 'v', 'm', 'f', 'c', 'i', 'I', 'S', 't') AND {own} 1259"},
    Uncovered{"type of an unknown kind", "pg_type",
              "oid >= 16384 AND typtype NOT IN ('b', 'c', 'd', 'e', 'm', 'p', 'r') AND {own} 1247"},
    Uncovered{"constraint of an unknown kind", "pg_constraint",
              "oid >= 16384 AND contype NOT IN ('c', 'f', 'n', 'p', 't', 'u', 'x')"},
    Uncovered{"relation in a schema of the system", "pg_class",
              "oid >= 16384 AND relnamespace IN {system} AND relkind NOT IN ('i', 't') "
              "AND {own} 1259"},
    Uncovered{"function in a schema of the system", "pg_proc",
              "oid >= 16384 AND pronamespace IN {system} AND {own} 1255"},
    Uncovered{"type in a schema of the system", "pg_type",
              "oid >= 16384 AND typnamespace IN {system} AND typrelid = 0 AND typelem = 0 "
              "AND {own} 1247"},
    Uncovered{"operator in a schema of the system", "pg_operator",
              "oid >= 16384 AND oprnamespace IN {system} AND {own} 2617"},
    Uncovered{"collation in a schema of the system", "pg_collation",
              "oid >= 16384 AND collnamespace IN {system} AND {own} 3456"},
};

// All that a server from 13 to 18 has; a later one may have more.
constexpr std::string_view kKnown =
    "'pg_aggregate','pg_am','pg_amop','pg_amproc','pg_attrdef','pg_attribute','pg_auth_members',"
    "'pg_authid','pg_cast','pg_class','pg_collation','pg_constraint','pg_conversion','pg_database',"
    "'pg_db_role_setting','pg_default_acl','pg_depend','pg_description','pg_enum',"
    "'pg_event_trigger','pg_extension','pg_foreign_data_wrapper','pg_foreign_server',"
    "'pg_foreign_table','pg_index','pg_inherits','pg_init_privs','pg_language','pg_largeobject',"
    "'pg_largeobject_metadata','pg_namespace','pg_opclass','pg_operator','pg_opfamily',"
    "'pg_parameter_acl','pg_partitioned_table','pg_policy','pg_proc','pg_publication',"
    "'pg_publication_namespace','pg_publication_rel','pg_range','pg_replication_origin',"
    "'pg_rewrite','pg_seclabel','pg_sequence','pg_shdepend','pg_shdescription','pg_shseclabel',"
    "'pg_statistic','pg_statistic_ext','pg_statistic_ext_data','pg_subscription',"
    "'pg_subscription_rel','pg_tablespace','pg_transform','pg_trigger','pg_ts_config',"
    "'pg_ts_config_map','pg_ts_dict','pg_ts_parser','pg_ts_template','pg_type','pg_user_mapping'";

void fill(std::string& text, std::string_view place, std::string_view with) {
  const size_t at = text.find(place);
  if (at != std::string::npos) text.replace(at, place.size(), with);
}

}  // namespace

std::string uncovered_query(int version) {
  // Members, and what belongs to one.
  constexpr std::string_view kOwn =
      "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND (d.deptype = 'e' OR EXISTS "
      "(SELECT FROM pg_depend m WHERE m.classid = d.refclassid AND m.objid = d.refobjid "
      "AND m.deptype = 'e')) AND d.classid =";
  std::string sql;
  for (const Uncovered& one : kUncovered) {
    if (version / 10'000 < one.since) continue;
    std::string condition(one.condition);
    if (condition.find("{own}") != std::string::npos) condition += ")";
    fill(condition, "{own}", kOwn);
    fill(condition, "{system}",
         "(SELECT n.oid FROM pg_namespace n WHERE n.nspname IN ('pg_catalog', "
         "'information_schema'))");
    sql.append("SELECT ").append(sql_literal(one.what)).append(" AS what, count(*) FROM ");
    sql.append(one.catalog).append(" t WHERE ").append(condition).append(" UNION ALL ");
  }
  // How many rows such a catalog has nobody knows without another question, but that it has any.
  return sql.append("SELECT 'catalog ' || relname, GREATEST(reltuples, relpages, 1)::bigint ")
      .append("FROM pg_class WHERE relnamespace = 11 AND relkind = 'r' ")
      .append("AND pg_relation_size(oid) > 0 AND relname NOT IN (")
      .append(kKnown)
      .append(")");
}

}  // namespace provision::postgresql
