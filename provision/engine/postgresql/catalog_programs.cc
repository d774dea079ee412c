// What acts on a table of its own accord: triggers, rules, policies; and extended statistics.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kTriggers = R"sql(
SELECT g.tgrelid AS unit, g.oid AS object, 'trigger' AS kind, n.nspname AS schema,
  c.relname AS "table", g.tgname AS name, d.description AS comment,
  pg_get_triggerdef(g.oid) AS definition,
  CASE g.tgenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    AS enabled
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.classoid = 2620 AND d.objoid = g.oid AND d.objsubid = 0
WHERE NOT g.tgisinternal AND g.tgparentid = 0
@schema n
@unit g.tgrelid
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
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgClass, kPgTrigger, kTriggers},
    CatalogQuery{kPgClass, kPgRewrite, kRules},
    CatalogQuery{kPgClass, kPgPolicy, kPolicies},
    CatalogQuery{kPgClass, kPgStatisticExt, kStatistics},
};

}  // namespace

std::span<const CatalogQuery> program_queries() { return kQueries; }

}  // namespace provision::postgresql
