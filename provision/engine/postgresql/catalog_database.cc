// The database itself, its schemas and extensions, and what stands outside of schemas.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

// How the server was set up is a note ("server ..."), what somebody set here is not.
constexpr std::string_view kDatabase = R"sql(
SELECT b.oid AS unit, b.oid AS object, 'database' AS kind, '' AS schema, '' AS "table", '' AS name,
@acl d b.datacl b.datdba
  d.description AS comment,
  pg_get_userbyid(b.datdba) AS "server owner",
  pg_encoding_to_char(b.encoding) AS "server encoding",
  b.datcollate AS "server collation", b.datctype AS "server character type",
@15 CASE b.datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END AS "server locale provider",
@15 @-16 b.daticulocale AS "server locale",
@17 b.datlocale AS "server locale",
@15 b.datcollversion AS "server collation version",
@15 CASE WHEN b.datcollversion <> pg_database_collation_actual_version(b.oid)
@15   THEN pg_database_collation_actual_version(b.oid) END AS "server collation version now",
  (SELECT u.collversion FROM pg_collation u WHERE u.collname = 'und-x-icu'
    AND u.collnamespace = 11) AS "server ICU collation version",
  split_part(current_setting('server_version'), ' ', 1) AS "server version",
  NULLIF(current_setting('provision.time_zone', true), '') AS "server time zone",
  CASE WHEN b.datconnlimit >= 0 THEN b.datconnlimit END AS "connection limit",
  CASE WHEN NOT b.datallowconn THEN '' END AS "no connections",
  CASE WHEN b.datistemplate THEN '' END AS template
FROM pg_database b
LEFT JOIN pg_shdescription d ON d.classoid = 1262 AND d.objoid = b.oid
WHERE b.datname = current_database()
@unit b.oid
)sql";

// A row a setting, whose name is the field's. What a role has everywhere is the server's.
constexpr std::string_view kSettings = R"sql(
SELECT b.oid AS unit, b.oid AS object, 'database' AS kind, '' AS schema, '' AS "table", '' AS name,
  CASE WHEN s.setdatabase = 0 THEN 'server ' ELSE '' END || 'setting ' ||
    split_part(c.setting, '=', 1) ||
    CASE WHEN s.setrole <> 0 THEN ' of ' || pg_get_userbyid(s.setrole) ELSE '' END AS field,
  substr(c.setting, strpos(c.setting, '=') + 1) AS value
FROM pg_db_role_setting s JOIN pg_database b ON s.setdatabase IN (b.oid, 0)
CROSS JOIN unnest(s.setconfig) AS c(setting)
WHERE b.datname = current_database()
@unit b.oid
)sql";

constexpr std::string_view kSchemas = R"sql(
SELECT n.oid AS unit, n.oid AS object, 'schema' AS kind, '' AS schema, '' AS "table",
  n.nspname AS name,
@owner n.nspowner
@acl n n.nspacl n.nspowner
  NULLIF(d.description, CASE WHEN n.nspname = 'public' THEN 'standard public schema' END) AS comment
FROM pg_namespace n
LEFT JOIN pg_description d ON d.classoid = 2615 AND d.objoid = n.oid AND d.objsubid = 0
WHERE true
@schema n
@unit n.oid
)sql";

constexpr std::string_view kExtensions = R"sql(
SELECT e.oid AS unit, e.oid AS object, 'extension' AS kind, '' AS schema, '' AS "table",
  e.extname AS name, d.description AS comment,
  e.extversion AS "extension version", n.nspname AS "in schema",
  (SELECT string_agg(pg_describe_object(p.classid, p.objid, p.objsubid), ', '
     ORDER BY pg_describe_object(p.classid, p.objid, p.objsubid) COLLATE "C")
   FROM pg_depend p WHERE p.refclassid = 3079 AND p.refobjid = e.oid AND p.deptype = 'x')
    AS "takes along"
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_description d ON d.classoid = 3079 AND d.objoid = e.oid AND d.objsubid = 0
WHERE true
@unit e.oid
)sql";

constexpr std::string_view kLanguages = R"sql(
SELECT l.oid AS unit, l.oid AS object, 'language' AS kind, '' AS schema, '' AS "table",
  l.lanname AS name,
@owner l.lanowner
@acl l l.lanacl l.lanowner
  d.description AS comment,
  CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::regprocedure::text END AS handler,
  CASE WHEN l.laninline <> 0 THEN l.laninline::regprocedure::text END AS inline,
  CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::regprocedure::text END AS validator,
  CASE WHEN l.lanpltrusted THEN '' END AS trusted
FROM pg_language l
LEFT JOIN pg_description d ON d.classoid = 2612 AND d.objoid = l.oid AND d.objsubid = 0
WHERE l.lanispl AND l.oid >= 16384
@unit l.oid
)sql";

constexpr std::string_view kDataWrappers = R"sql(
SELECT w.oid AS unit, w.oid AS object, 'foreign data wrapper' AS kind, '' AS schema, '' AS "table",
  w.fdwname AS name,
@owner w.fdwowner
@acl F w.fdwacl w.fdwowner
  d.description AS comment,
@list w.fdwoptions options
  CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regprocedure::text END AS handler,
  CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regprocedure::text END AS validator
FROM pg_foreign_data_wrapper w
LEFT JOIN pg_description d ON d.classoid = 2328 AND d.objoid = w.oid AND d.objsubid = 0
WHERE true
@unit w.oid
)sql";

constexpr std::string_view kServers = R"sql(
SELECT s.oid AS unit, s.oid AS object, 'foreign server' AS kind, '' AS schema, '' AS "table",
  s.srvname AS name,
@owner s.srvowner
@acl S s.srvacl s.srvowner
  d.description AS comment,
@list s.srvoptions options
  w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
LEFT JOIN pg_description d ON d.classoid = 1417 AND d.objoid = s.oid AND d.objsubid = 0
WHERE true
@unit s.oid
)sql";

// Their options, a password among them, are shown to the user, the owner of the server and
// superusers alone (the view's own condition), and by us to nobody: too little of a hash to guess
// from.
constexpr std::string_view kUserMappings = R"sql(
SELECT m.umid AS unit, m.umid AS object, 'user mapping' AS kind, '' AS schema,
  m.srvname AS "table", m.usename AS name,
  'hash ' || left(encode(sha256(convert_to((SELECT string_agg(o, E'\n' ORDER BY o COLLATE "C")
    FROM unnest(m.umoptions) o), 'UTF8')), 'hex'), 8) AS options,
  CASE WHEN NOT (CASE m.umuser WHEN 0 THEN pg_has_role(s.srvowner, 'USAGE')
      ELSE m.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE')
        OR has_server_privilege(s.oid, 'USAGE')) END
    OR (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user))
    THEN 'the options of a user mapping are hidden from this role' END AS "not read"
FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid
WHERE true
@unit m.umid
)sql";

constexpr std::string_view kEventTriggers = R"sql(
SELECT e.oid AS unit, e.oid AS object, 'event trigger' AS kind, '' AS schema, '' AS "table",
  e.evtname AS name,
@owner e.evtowner
  d.description AS comment,
  format('on %s execute %s', e.evtevent, e.evtfoid::regprocedure) AS definition,
@list e.evttags tags
  CASE e.evtenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    AS enabled
FROM pg_event_trigger e
LEFT JOIN pg_description d ON d.classoid = 3466 AND d.objoid = e.oid AND d.objsubid = 0
WHERE true
@unit e.oid
)sql";

constexpr std::string_view kPublications = R"sql(
SELECT p.oid AS unit, p.oid AS object, 'publication' AS kind, '' AS schema, '' AS "table",
  p.pubname AS name,
@owner p.pubowner
  d.description AS comment,
  concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
  CASE WHEN p.pubviaroot THEN '' END AS "via root",
@18 CASE p.pubgencols WHEN 's' THEN 'stored' END AS "generated columns",
  CASE WHEN p.puballtables THEN '' END AS "all tables",
@15 (SELECT string_agg(format('%I', sn.nspname), ', ' ORDER BY sn.nspname)
@15  FROM pg_publication_namespace s JOIN pg_namespace sn ON sn.oid = s.pnnspid
@15  WHERE s.pnpubid = p.oid) AS schemas,
  (SELECT string_agg(format('%I.%I', tn.nspname, c.relname)
@15   || CASE WHEN r.prattrs IS NOT NULL THEN (SELECT format(' (%s)', string_agg(a.attname, ', '
@15     ORDER BY a.attname)) FROM pg_attribute a WHERE a.attrelid = r.prrelid
@15     AND a.attnum = ANY (r.prattrs)) ELSE '' END
@15   || coalesce(' where ' || pg_get_expr(r.prqual, r.prrelid), '')
     , ', ' ORDER BY tn.nspname, c.relname)
   FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid
   JOIN pg_namespace tn ON tn.oid = c.relnamespace WHERE r.prpubid = p.oid) AS tables
FROM pg_publication p
LEFT JOIN pg_description d ON d.classoid = 6104 AND d.objoid = p.oid AND d.objsubid = 0
WHERE true
@unit p.oid
@15 @locks p.oid EXISTS (SELECT FROM pg_publication_rel WHERE prpubid = p.oid AND prqual NOTNULL)
)sql";

// Of a subscription only what everybody may read.
constexpr std::string_view kSubscriptions = R"sql(
SELECT 0 AS unit, 0 AS object, 'subscription' AS kind, '' AS schema, '' AS "table",
  s.subname AS name,
@owner s.subowner
@list s.subpublications publications
  CASE WHEN NOT s.subenabled THEN '' END AS disabled, s.subslotname AS slot,
  CASE WHEN s.subsynccommit <> 'off' THEN s.subsynccommit END AS "synchronous commit",
@14 CASE WHEN s.subbinary THEN '' END AS binary,
@14 @-15 CASE WHEN s.substream THEN 'on' END AS streaming,
@16 CASE s.substream WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END AS streaming,
@15 CASE WHEN s.subtwophasestate <> 'd' THEN '' END AS "two phase",
@15 CASE WHEN s.subdisableonerr THEN '' END AS "disable on error",
@16 CASE WHEN s.suborigin <> 'any' THEN s.suborigin END AS origin,
  d.description AS comment
FROM pg_subscription s
LEFT JOIN pg_description d ON d.classoid = 6100 AND d.objoid = s.oid AND d.objsubid = 0
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
)sql";

constexpr std::string_view kDefaultPrivileges = R"sql(
SELECT a.oid AS unit, a.oid AS object, 'default privileges' AS kind,
  coalesce(n.nspname, '') AS schema, '' AS "table",
  format('%s on %s', pg_get_userbyid(a.defaclrole), CASE a.defaclobjtype WHEN 'r' THEN 'tables'
    WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas' ELSE 'large objects' END) AS name,
  array_to_string(a.defaclacl, ' ') AS acl,
  CASE WHEN a.defaclnamespace = 0 THEN array_to_string(acldefault(
    CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END::"char", a.defaclrole), ' ')
    END AS "usual acl"
FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
WHERE true
@unit a.oid
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgDatabase, kPgDatabase, kDatabase},
    CatalogQuery{kPgDatabase, kPgDbRoleSetting, kSettings},
    CatalogQuery{kPgNamespace, kPgNamespace, kSchemas},
    CatalogQuery{kPgExtension, kPgExtension, kExtensions},
    CatalogQuery{kPgLanguage, kPgLanguage, kLanguages},
    CatalogQuery{kPgForeignDataWrapper, kPgForeignDataWrapper, kDataWrappers},
    CatalogQuery{kPgForeignServer, kPgForeignServer, kServers},
    CatalogQuery{kPgUserMapping, kPgUserMapping, kUserMappings},
    CatalogQuery{kPgEventTrigger, kPgEventTrigger, kEventTriggers},
    CatalogQuery{kPgPublication, kPgPublication, kPublications},
    CatalogQuery{kPgSubscription, kPgSubscription, kSubscriptions},
    CatalogQuery{kPgDefaultAcl, kPgDefaultAcl, kDefaultPrivileges},
};

}  // namespace

std::span<const CatalogQuery> database_queries() { return kQueries; }

}  // namespace provision::postgresql
