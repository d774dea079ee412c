// What is asked of a catalog before everything is read of it.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

struct MaybeUnused {
  Oid catalog;
  std::string_view any;  ///< what a row of users is
};

// Most schemas have none of these, and planning a query takes longer than finding nothing.
constexpr std::array kMaybeUnused = {
    MaybeUnused{kPgSequence, "pg_sequence"},
    MaybeUnused{kPgTrigger, "pg_trigger"},
    MaybeUnused{kPgRewrite, "pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'"},
    MaybeUnused{kPgPolicy, "pg_policy"},
    MaybeUnused{kPgStatisticExt, "pg_statistic_ext"},
    MaybeUnused{kPgCollation, "pg_collation WHERE oid >= 16384"},
    MaybeUnused{kPgConversion, "pg_conversion WHERE oid >= 16384"},
    MaybeUnused{kPgCast, "pg_cast WHERE oid >= 16384"},
    MaybeUnused{kPgTransform, "pg_transform"},
    MaybeUnused{kPgOperator, "pg_operator WHERE oid >= 16384"},
    MaybeUnused{kPgOpfamily, "pg_opfamily WHERE oid >= 16384"},
    MaybeUnused{kPgOpclass, "pg_opclass WHERE oid >= 16384"},
    MaybeUnused{kPgAm, "pg_am WHERE oid >= 16384"},
    MaybeUnused{kPgTsParser, "pg_ts_parser WHERE oid >= 16384"},
    MaybeUnused{kPgTsTemplate, "pg_ts_template WHERE oid >= 16384"},
    MaybeUnused{kPgTsDict, "pg_ts_dict WHERE oid >= 16384"},
    MaybeUnused{kPgTsConfig, "pg_ts_config WHERE oid >= 16384"},
    MaybeUnused{kPgForeignDataWrapper, "pg_foreign_data_wrapper"},
    MaybeUnused{kPgForeignServer, "pg_foreign_server"},
    MaybeUnused{kPgUserMapping, "pg_foreign_server"},
    MaybeUnused{kPgEventTrigger, "pg_event_trigger"},
    MaybeUnused{kPgPublication, "pg_publication"},
    MaybeUnused{kPgDefaultAcl, "pg_default_acl"},
};

// So that a server with the usual number of locks has enough of them left.
constexpr std::string_view kBatches =
    "((SELECT count(*) FROM pg_rewrite WHERE oid >= 16384) + "
    "(SELECT count(*) FROM pg_policy)) / 300 + 1";

// The units that nobody can read: what is locked and what mentions it.
constexpr std::string_view kLocked = R"(ARRAY(
WITH locked AS MATERIALIZED (SELECT DISTINCT relation AS oid FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT oid FROM locked
UNION SELECT inhrelid FROM pg_inherits JOIN locked l ON l.oid = inhparent
UNION SELECT CASE WHEN r.rulename = '_RETURN' THEN r.ev_class
    WHEN d.classid = 6106 THEN (SELECT prpubid FROM pg_publication_rel WHERE oid = d.objid)
    ELSE d.objid END
  FROM pg_depend d JOIN locked l ON d.refclassid = 1259 AND d.refobjid = l.oid
  LEFT JOIN pg_rewrite r ON d.classid = 2618 AND r.oid = d.objid
  WHERE d.classid IN (1255, 2618, 3256, 6106)))";

}  // namespace

std::string survey_query(bool is_contended) {
  std::string sql = "SELECT ";
  sql.append(kBatches)
      .append(", ")
      .append(is_contended ? kLocked : "'{}'")
      .append(", concat_ws(' '");
  for (const MaybeUnused& one : kMaybeUnused) {
    sql.append(", CASE WHEN NOT EXISTS (SELECT FROM ").append(one.any).append(") THEN ");
    sql.append(std::to_string(one.catalog)).append(" END");
  }
  return sql.append(")");
}

}  // namespace provision::postgresql
