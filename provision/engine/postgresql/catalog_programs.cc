// What acts on a table of its own accord: triggers, rules, policies; and extended statistics.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kTriggers = R"sql(
SELECT g.tgrelid AS unit, g.oid AS object, 'trigger' AS kind, n.nspname AS schema,
  c.relname AS "table", g.tgname AS name,
@+comments  d.description AS comment,
  pg_get_triggerdef(g.oid) AS definition,
  CASE g.tgenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    AS enabled
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_trigger g ON g.tgrelid = c.oid
@+comments LEFT JOIN pg_description d ON d.classoid = 2620 AND d.objoid = g.oid AND d.objsubid = 0
WHERE NOT g.tgisinternal AND g.tgparentid = 0
@schema n
@unit c.oid
@locks g.tgrelid g.tgqual IS NOT NULL
)sql";

// Whether the triggers fire by which the server keeps a constraint, and those that a partition has
// from its parent. They have no name that holds elsewhere: those that check a table's own rows are
// said with the constraint, all others with the table.
constexpr std::string_view kSilenced = R"sql(
SELECT s.tgrelid AS unit, min(s.oid) AS object,
  CASE WHEN NOT s.is_own THEN CASE s.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END
    WHEN s.contype = 'f' THEN 'foreign key' WHEN s.contype = 'p' THEN 'primary key'
    WHEN s.contype = 'u' THEN 'unique' ELSE 'exclude' END AS kind,
  s.nspname AS schema, CASE WHEN s.is_own THEN s.relname ELSE '' END AS "table",
  CASE WHEN s.is_own THEN s.conname ELSE s.relname END AS name,
  CASE WHEN s.is_own THEN 'triggers' WHEN s.conrelid = s.tgrelid THEN 'triggers of ' || s.conname
    WHEN s.contype IS NOT NULL THEN format('triggers of %s.%I', s.conrelid::regclass, s.conname)
    ELSE 'trigger ' || s.tgname END AS field,
  string_agg(s.state, ', ' ORDER BY s.state) AS value
FROM (SELECT g.tgrelid, g.oid, c.relkind, c.relname, n.nspname, k.conname, k.conrelid, k.contype,
    CASE WHEN k.oid IS NULL THEN g.tgname END AS tgname,
    k.conrelid = g.tgrelid AND g.tgfoid IN (1644, 1645, 1250) AND k.conparentid = 0
      AND (k.conislocal OR k.coninhcount = 0) IS TRUE AS is_own,
    CASE g.tgenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always'
      ELSE 'origin' END || CASE WHEN k.oid IS NULL THEN '' WHEN g.tgtype & 8 <> 0 THEN ' on delete'
      WHEN g.tgtype & 20 = 20 THEN ' on insert or update'
      WHEN g.tgtype & 4 <> 0 THEN ' on insert' ELSE ' on update' END AS state
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint AND k.contype IN ('f', 'p', 'u', 'x')
  LEFT JOIN pg_trigger p ON p.oid = g.tgparentid
  WHERE (g.tgisinternal OR g.tgparentid <> 0) AND g.tgenabled <> coalesce(p.tgenabled, 'O')
@schema n
@unit g.tgrelid
) s
GROUP BY s.tgrelid, s.is_own, s.relkind, s.contype, s.nspname, s.relname, s.conname, s.conrelid,
  s.tgname
)sql";

constexpr std::string_view kRules = R"sql(
SELECT r.ev_class AS unit, r.oid AS object, 'rule' AS kind, n.nspname AS schema,
  c.relname AS "table", r.rulename AS name, d.description AS comment,
  pg_get_ruledef(r.oid) AS definition,
  CASE r.ev_enabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    AS enabled
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.classoid = 2618 AND d.objoid = r.oid AND d.objsubid = 0
WHERE r.rulename <> '_RETURN'
@schema n
@unit r.ev_class
@keeps r.oid true
)sql";

constexpr std::string_view kPolicies = R"sql(
SELECT p.polrelid AS unit, p.oid AS object, 'policy' AS kind, n.nspname AS schema,
  c.relname AS "table", p.polname AS name, d.description AS comment,
  CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
    WHEN 'd' THEN 'delete' END AS command,
  CASE WHEN NOT p.polpermissive THEN '' END AS restrictive,
  CASE WHEN p.polroles <> '{0}' THEN (SELECT string_agg(pg_get_userbyid(o), ', '
    ORDER BY pg_get_userbyid(o)) FROM unnest(p.polroles) o) END AS roles,
  pg_get_expr(p.polqual, p.polrelid) AS "using",
  pg_get_expr(p.polwithcheck, p.polrelid) AS "check"
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.classoid = 3256 AND d.objoid = p.oid AND d.objsubid = 0
WHERE true
@schema n
@unit p.polrelid
@keeps p.oid true
)sql";

constexpr std::string_view kStatistics = R"sql(
SELECT x.stxrelid AS unit, x.oid AS object, 'statistics' AS kind, n.nspname AS schema,
  c.relname AS "table",
  CASE WHEN x.stxnamespace = c.relnamespace THEN x.stxname::text
    ELSE format('%I.%I', xn.nspname, x.stxname) END AS name,
  'stat' AS stem,
@-13 x.stxkeys::text AS "stem parts",
@14 CASE WHEN x.stxexprs IS NULL THEN x.stxkeys::text
@14   WHEN x.stxkeys::text = '' THEN '=expr' ELSE '=' END AS "stem parts",
@owner x.stxowner
  d.description AS comment,
  substr(pg_get_statisticsobjdef(x.oid),
    length(format('CREATE STATISTICS %I.%I ', xn.nspname, x.stxname)) + 1) AS definition,
  CASE WHEN x.stxstattarget >= 0 THEN x.stxstattarget END AS "statistics target"
FROM pg_statistic_ext x JOIN pg_class c ON c.oid = x.stxrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_namespace xn ON xn.oid = x.stxnamespace
LEFT JOIN pg_description d ON d.classoid = 3381 AND d.objoid = x.oid AND d.objsubid = 0
WHERE true
@schema n
@unit x.stxrelid
@locks x.stxrelid true
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgClass, kPgTrigger, kTriggers},
    CatalogQuery{kPgClass, kPgTrigger, kSilenced},
    CatalogQuery{kPgClass, kPgRewrite, kRules},
    CatalogQuery{kPgClass, kPgPolicy, kPolicies},
    CatalogQuery{kPgClass, kPgStatisticExt, kStatistics},
};

}  // namespace

std::span<const CatalogQuery> program_queries() { return kQueries; }

}  // namespace provision::postgresql
