// What somebody granted or revoked on objects that came with the server or with an extension.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

// The server keeps what such an object's privileges were when it was installed, where that is not
// the default of its kind.
constexpr std::string_view kRoutines = R"sql(
SELECT p.oid AS unit, p.oid AS object, 'default privileges' AS kind, '' AS schema, '' AS "table",
  format('changed on %s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'procedure'
    WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS name,
@given f p.proacl p.proowner
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_init_privs i ON i.objoid = p.oid AND i.classoid = 1255 AND i.objsubid = 0
WHERE p.proacl IS DISTINCT FROM i.initprivs
@installed n 1255 p.oid
@unit p.oid
)sql";

constexpr std::string_view kLanguages = R"sql(
SELECT l.oid AS unit, l.oid AS object, 'default privileges' AS kind, '' AS schema, '' AS "table",
  format('changed on language %I', l.lanname) AS name,
@given l l.lanacl l.lanowner
FROM pg_language l
LEFT JOIN pg_init_privs i ON i.objoid = l.oid AND i.classoid = 2612 AND i.objsubid = 0
WHERE l.lanacl IS DISTINCT FROM i.initprivs AND (l.oid < 16384 OR EXISTS
  (SELECT FROM pg_depend e WHERE e.classid = 2612 AND e.objid = l.oid AND e.deptype = 'e'))
)sql";

constexpr std::string_view kSchemas = R"sql(
SELECT n.oid AS unit, n.oid AS object, 'default privileges' AS kind, '' AS schema, '' AS "table",
  format('changed on schema %I', n.nspname) AS name,
@given n n.nspacl n.nspowner
FROM pg_namespace n
LEFT JOIN pg_init_privs i ON i.objoid = n.oid AND i.classoid = 2615 AND i.objsubid = 0
WHERE n.nspacl IS DISTINCT FROM i.initprivs AND (n.nspname = 'pg_catalog' OR EXISTS
  (SELECT FROM pg_depend e WHERE e.classid = 2615 AND e.objid = n.oid AND e.deptype = 'e'))
)sql";

constexpr std::string_view kRelations = R"sql(
SELECT c.oid AS unit, c.oid AS object, 'default privileges' AS kind, '' AS schema, '' AS "table",
  format('changed on relation %I.%I', n.nspname, c.relname) AS name,
@given r c.relacl c.relowner
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_init_privs i ON i.objoid = c.oid AND i.classoid = 1259 AND i.objsubid = 0
WHERE c.relacl IS DISTINCT FROM i.initprivs AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
@installed n 1259 c.oid
@unit c.oid
)sql";

constexpr std::string_view kTypes = R"sql(
SELECT t.oid AS unit, t.oid AS object, 'default privileges' AS kind, '' AS schema, '' AS "table",
  format('changed on type %I.%I', n.nspname, t.typname) AS name,
@given T t.typacl t.typowner
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_init_privs i ON i.objoid = t.oid AND i.classoid = 1247 AND i.objsubid = 0
WHERE t.typacl IS DISTINCT FROM i.initprivs
@installed n 1247 t.oid
@unit t.oid
)sql";

// Those of relations and types are read with everything only: revisions write to so many of them,
// and so seldom to these.
constexpr std::array kQueries = {
    CatalogQuery{kPgProc, kPgProc, kRoutines},
    CatalogQuery{kPgLanguage, kPgLanguage, kLanguages},
    CatalogQuery{kPgNamespace, kPgNamespace, kSchemas},
    CatalogQuery{kPgClass, kPgInitPrivs, kRelations},
    CatalogQuery{kPgType, kPgInitPrivs, kTypes},
};

}  // namespace

std::span<const CatalogQuery> privilege_queries() { return kQueries; }

}  // namespace provision::postgresql
