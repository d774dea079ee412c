// Functions, procedures and aggregates, and types that are not rows of a table.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

// The constructors of a range type come and go with it.
constexpr std::string_view kRoutines = R"sql(
SELECT p.oid AS unit, p.oid AS object,
  CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
  n.nspname AS schema, '' AS "table",
  p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name,
@owner p.proowner
@acl f p.proacl p.proowner
  d.description AS comment,
  NULLIF(pg_get_function_arguments(p.oid), '') AS arguments,
  pg_get_function_result(p.oid) AS returns,
  CASE WHEN p.prokind <> 'a' THEN l.lanname END AS language,
@14 CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid)
@14   WHEN p.prokind <> 'a' THEN p.prosrc END AS definition,
@-13 CASE WHEN p.prokind <> 'a' THEN p.prosrc END AS definition,
  p.probin AS library,
  CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility,
  CASE WHEN p.proisstrict THEN '' END AS strict,
  CASE WHEN p.prosecdef THEN '' END AS "security definer",
  CASE WHEN p.proleakproof THEN '' END AS leakproof,
  CASE WHEN p.prokind = 'w' THEN '' END AS "window",
  CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel,
  CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END
    AND p.prokind <> 'a' THEN p.procost END AS cost,
  CASE WHEN p.prorows <> CASE WHEN p.proretset THEN 1000 ELSE 0 END THEN p.prorows END AS rows,
  CASE WHEN p.prosupport::oid <> 0 THEN p.prosupport::regprocedure::text END AS support,
@list p.proconfig settings
  CASE WHEN p.protrftypes IS NOT NULL
    THEN (SELECT string_agg(format_type(o, NULL), ', ') FROM unnest(p.protrftypes) o) END
    AS transforms,
  a.aggtransfn::regprocedure::text AS "transition function",
  CASE WHEN a.aggtransfn IS NOT NULL THEN format_type(a.aggtranstype, NULL) END
    AS "transition type",
  NULLIF(a.aggtransspace, 0) AS "transition space",
  CASE WHEN a.aggfinalfn::oid <> 0 THEN a.aggfinalfn::regprocedure::text END AS "final function",
  CASE WHEN a.aggfinalextra THEN '' END AS "final extra",
  CASE WHEN a.aggfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::"char"
    THEN a.aggfinalmodify END AS "final modify",
  CASE WHEN a.aggcombinefn::oid <> 0 THEN a.aggcombinefn::regprocedure::text END
    AS "combine function",
  CASE WHEN a.aggserialfn::oid <> 0 THEN a.aggserialfn::regprocedure::text END
    AS "serial function",
  CASE WHEN a.aggdeserialfn::oid <> 0 THEN a.aggdeserialfn::regprocedure::text END
    AS "deserial function",
  a.agginitval AS "initial value",
  CASE WHEN a.aggmtransfn::oid <> 0 THEN a.aggmtransfn::regprocedure::text END
    AS "moving transition function",
  CASE WHEN a.aggminvtransfn::oid <> 0 THEN a.aggminvtransfn::regprocedure::text END
    AS "moving inverse function",
  CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END
    AS "moving transition type",
  NULLIF(a.aggmtransspace, 0) AS "moving transition space",
  CASE WHEN a.aggmfinalfn::oid <> 0 THEN a.aggmfinalfn::regprocedure::text END
    AS "moving final function",
  CASE WHEN a.aggmfinalextra THEN '' END AS "moving final extra",
  CASE WHEN a.aggmtransfn::oid <> 0
    AND a.aggmfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::"char"
    THEN a.aggmfinalmodify END AS "moving final modify",
  a.aggminitval AS "moving initial value",
  CASE WHEN a.aggsortop <> 0 THEN a.aggsortop::regoperator::text END AS "sort operator",
  CASE a.aggkind WHEN 'o' THEN 'ordered-set' WHEN 'h' THEN 'hypothetical-set' END AS "aggregate kind"
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
LEFT JOIN pg_description d ON d.classoid = 1255 AND d.objoid = p.oid AND d.objsubid = 0
WHERE NOT (l.lanname = 'internal' AND p.prosrc ~ '^(multi)?range_constructor[0-3]$')
@schema n
@unit p.oid
@14 @keeps p.oid p.prosqlbody IS NOT NULL
)sql";

// The row type of a table, array types and multiranges are none of their own.
constexpr std::string_view kTypes = R"sql(
SELECT t.oid AS unit, t.oid AS object,
  CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type'
    ELSE 'base type' END AS kind,
  n.nspname AS schema, '' AS "table", t.typname AS name,
@owner t.typowner
@acl T t.typacl t.typowner
  d.description AS comment,
  CASE WHEN t.typtype = 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ', '
    ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END AS "values",
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS type,
  CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)
    ELSE t.typdefault END AS "default",
  CASE WHEN t.typtype = 'd' AND t.typnotnull THEN '' END AS "not null",
  CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text
    WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END AS collation,
  CASE WHEN r.rngsubtype IS NOT NULL THEN format_type(r.rngsubtype, NULL) END AS subtype,
  CASE WHEN NOT o.opcdefault THEN format('%I.%I', on_.nspname, o.opcname) END AS "operator class",
  CASE WHEN r.rngcanonical::oid <> 0 THEN r.rngcanonical::regprocedure::text END AS canonical,
  CASE WHEN r.rngsubdiff::oid <> 0 THEN r.rngsubdiff::regprocedure::text END
    AS "subtype difference",
@14 CASE WHEN r.rngmultitypid <> 0 THEN format_type(r.rngmultitypid, NULL) END AS "multirange type",
  CASE WHEN NOT t.typisdefined THEN '' END AS shell,
  CASE WHEN t.typtype = 'b' THEN t.typinput::oid::regprocedure::text END AS input,
  CASE WHEN t.typtype = 'b' THEN t.typoutput::oid::regprocedure::text END AS output,
  CASE WHEN t.typtype = 'b' AND t.typreceive::oid <> 0 THEN t.typreceive::oid::regprocedure::text END
    AS receive,
  CASE WHEN t.typtype = 'b' AND t.typsend::oid <> 0 THEN t.typsend::oid::regprocedure::text END
    AS send,
  CASE WHEN t.typtype = 'b' AND t.typmodin::oid <> 0 THEN t.typmodin::oid::regprocedure::text END
    AS "modifier input",
  CASE WHEN t.typtype = 'b' AND t.typmodout::oid <> 0 THEN t.typmodout::oid::regprocedure::text END
    AS "modifier output",
@14 CASE WHEN t.typtype = 'b' AND t.typsubscript::oid <> 0
@14   THEN t.typsubscript::oid::regprocedure::text END AS subscript,
  CASE WHEN t.typtype = 'b' THEN t.typlen END AS length,
  CASE WHEN t.typtype = 'b' AND t.typbyval THEN '' END AS "by value",
  CASE WHEN t.typtype = 'b' AND t.typalign <> 'i' THEN t.typalign END AS alignment,
  CASE WHEN t.typtype = 'b' AND t.typstorage <> 'p' THEN t.typstorage END AS storage,
  CASE WHEN t.typtype = 'b' AND t.typcategory <> 'U' THEN t.typcategory END AS category,
  CASE WHEN t.typtype = 'b' AND t.typispreferred THEN '' END AS preferred,
  CASE WHEN t.typtype = 'b' AND t.typdelim <> ',' THEN t.typdelim END AS delimiter,
  CASE WHEN t.typtype = 'b' AND t.typelem <> 0 THEN format_type(t.typelem, NULL) END AS element,
  CASE WHEN t.typtype = 'b' AND t.typcollation <> 0 THEN '' END AS collatable
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
LEFT JOIN pg_range r ON r.rngtypid = t.oid AND t.typtype = 'r'
LEFT JOIN pg_type s ON s.oid = r.rngsubtype
LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
LEFT JOIN pg_namespace on_ ON on_.oid = o.opcnamespace
LEFT JOIN pg_description d ON d.classoid = 1247 AND d.objoid = t.oid AND d.objsubid = 0
WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype IN ('b', 'p') AND NOT EXISTS (
  SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)))
@schema n
@unit t.oid
)sql";

constexpr std::array kRoutineQueries = {CatalogQuery{kPgProc, kPgProc, kRoutines}};
constexpr std::array kTypeQueries = {CatalogQuery{kPgType, kPgType, kTypes}};

}  // namespace

std::span<const CatalogQuery> routine_queries() { return kRoutineQueries; }
std::span<const CatalogQuery> type_queries() { return kTypeQueries; }

}  // namespace provision::postgresql
