// Tables, views and their like, their columns, and sequences.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kRelations = R"sql(
SELECT c.oid AS unit, c.oid AS object,
  CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
    WHEN 'c' THEN 'composite type' ELSE 'table' END AS kind,
  n.nspname AS schema, '' AS "table", c.relname AS name,
@owner c.relowner
  CASE WHEN c.relkind = 'c' THEN array_to_string(t.typacl, ' ')
    ELSE array_to_string(c.relacl, ' ') END AS acl,
  CASE WHEN c.relkind = 'c' AND t.typacl IS NOT NULL
    THEN array_to_string(acldefault('T', c.relowner), ' ')
    WHEN c.relacl IS NOT NULL THEN array_to_string(acldefault('r', c.relowner), ' ')
    END AS "usual acl",
@+comments  d.description AS comment,
  CASE c.relpersistence WHEN 'u' THEN '' END AS unlogged,
  CASE WHEN c.reloptions IS NOT NULL THEN (SELECT string_agg(
      regexp_replace(regexp_replace(o, '=(on|yes)$', '=true'), '=(off|no)$', '=false'), ', '
      ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o) END AS options,
@list tc.reloptions toast options
@+foreign @list ft.ftoptions foreign options
  CASE WHEN m.amname <> 'heap' THEN m.amname END AS "access method",
@+tablespaces  s.spcname AS tablespace,
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition key",
  CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, 0) END AS "partition bound",
@+inheritance   CASE WHEN c.relkind IN ('r', 'f', 'p') THEN
@+inheritance     (SELECT string_agg(format('%I.%I', pn.nspname, pc.relname), ', ' ORDER BY i.inhseqno)
@+inheritance      FROM pg_inherits i JOIN pg_class pc ON pc.oid = i.inhparent
@+inheritance      JOIN pg_namespace pn ON pn.oid = pc.relnamespace
@+inheritance @14  WHERE i.inhrelid = c.oid AND NOT i.inhdetachpending
@+inheritance @-13 WHERE i.inhrelid = c.oid
@+inheritance     ) END AS inherits,
  CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS "of type",
  CASE WHEN c.relrowsecurity THEN '' END AS "row security",
  CASE WHEN c.relforcerowsecurity THEN '' END AS "row security forced",
  CASE c.relreplident WHEN 'n' THEN CASE WHEN c.relkind IN ('r', 'p') THEN 'nothing' END
    WHEN 'f' THEN 'full' WHEN 'i' THEN
    (SELECT 'index ' || ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
     WHERE i.indrelid = c.oid AND i.indisreplident) END AS "replica identity",
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
@+foreign  fs.srvname AS server,
  CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN '' END AS "not populated"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type t ON t.oid = c.reltype AND c.relkind = 'c'
@+comments LEFT JOIN pg_description d ON d.classoid = CASE WHEN c.relkind = 'c' THEN 1247 ELSE 1259 END
@+comments   AND d.objoid = CASE WHEN c.relkind = 'c' THEN c.reltype ELSE c.oid END AND d.objsubid = 0
LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid AND c.reltoastrelid <> 0
LEFT JOIN pg_am m ON m.oid = c.relam
@+tablespaces LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
@+foreign LEFT JOIN pg_foreign_table ft ON ft.ftrelid = c.oid
@+foreign LEFT JOIN pg_foreign_server fs ON fs.oid = ft.ftserver
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
@schema n
@unit c.oid
@keeps c.oid c.relkind IN ('v', 'm', 'p')
)sql";

// A column that a table merely inherits says nothing that its parent does not.
constexpr std::string_view kColumns = R"sql(
SELECT c.oid AS unit, c.oid AS object, 'column' AS kind, n.nspname AS schema, c.relname AS "table",
  a.attname AS name,
  a.attnum AS number, CASE WHEN c.relkind NOT IN ('v', 'm') THEN '' END AS ordered,
@+inheritance   CASE WHEN a.attinhcount > 0 AND NOT a.attislocal AND a.attacl IS NULL
@+inheritance @+comments    AND d.objoid IS NULL
@+inheritance     AND EXISTS (SELECT FROM pg_inherits h
@+inheritance       JOIN pg_attribute pa ON pa.attrelid = h.inhparent AND pa.attname = a.attname
@+inheritance       LEFT JOIN pg_attrdef pe ON pe.adrelid = pa.attrelid AND pe.adnum = pa.attnum
@+inheritance       WHERE h.inhrelid = a.attrelid AND pa.attnotnull = a.attnotnull
@+inheritance         AND pa.attstorage = a.attstorage
@+inheritance @14     AND pa.attcompression = a.attcompression
@+inheritance         AND pa.attstattarget IS NOT DISTINCT FROM a.attstattarget
@+inheritance         AND pa.attoptions IS NOT DISTINCT FROM a.attoptions
@+inheritance         AND a.attidentity IN ('', pa.attidentity)
@+inheritance         AND pg_get_expr(pe.adbin, CASE pa.attgenerated WHEN '' THEN 0 ELSE pe.adrelid END)
@+inheritance           IS NOT DISTINCT FROM
@+inheritance           pg_get_expr(e.adbin, CASE a.attgenerated WHEN '' THEN 0 ELSE e.adrelid END)) THEN '' END AS inherited,
@acl c a.attacl c.relowner
@+comments  d.description AS comment,
  format_type(a.atttypid, a.atttypmod) AS type,
  CASE WHEN a.attcollation <> t.typcollation THEN
    (SELECT CASE WHEN ln.nspname = 'pg_catalog' THEN quote_ident(l.collname)
       ELSE format('%I.%I', ln.nspname, l.collname) END
     FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace
     WHERE l.oid = a.attcollation) END AS collation,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(e.adbin, 0) END AS "default",
  CASE a.attgenerated WHEN 's' THEN pg_get_expr(e.adbin, e.adrelid) || ' stored'
    WHEN 'v' THEN pg_get_expr(e.adbin, e.adrelid) || ' virtual' END AS generated,
  CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
  CASE WHEN a.attnotnull THEN '' END AS "not null",
  CASE WHEN a.attstorage <> t.typstorage AND c.relkind IN ('r', 'p', 'm', 'f') THEN
    CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
    ELSE 'extended' END END AS storage,
@14 CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
@list a.attoptions options
@list a.attfdwoptions foreign options
  CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS "statistics target"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
@+comments LEFT JOIN pg_description d ON d.classoid = 1259 AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped
@schema n
@unit c.oid
@locks a.attrelid a.attgenerated <> ''
)sql";

constexpr std::string_view kSequences = R"sql(
SELECT coalesce(o.oid, c.oid) AS unit, c.oid AS object,
  CASE p.deptype WHEN 'i' THEN 'column' ELSE 'sequence' END AS kind,
  CASE p.deptype WHEN 'i' THEN tn.nspname ELSE n.nspname END AS schema,
  CASE p.deptype WHEN 'i' THEN o.relname ELSE '' END AS "table",
  CASE p.deptype WHEN 'i' THEN oa.attname ELSE c.relname END AS name,
  o.relname AS "stem table", 'seq' AS stem, '=' || oa.attname AS "stem parts",
  format('%I.%I', n.nspname, c.relname) AS sequence,
  CASE WHEN p.deptype IS DISTINCT FROM 'i' AND c.relowner <>
    (SELECT datdba FROM pg_database WHERE datname = current_database())
    THEN pg_get_userbyid(c.relowner) END AS owner,
@acl s c.relacl c.relowner
@+comments  d.description AS comment,
  CASE WHEN p.deptype IS DISTINCT FROM 'i' AND q.seqtypid <> 20
    THEN format_type(q.seqtypid, NULL) END AS type,
  CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END
    THEN q.seqstart END AS start,
  CASE WHEN q.seqincrement <> 1 THEN q.seqincrement END AS increment,
  CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1
    WHEN q.seqtypid = 21 THEN -32768 WHEN q.seqtypid = 23 THEN -2147483648
    ELSE -9223372036854775808 END THEN q.seqmin END AS minimum,
  CASE WHEN q.seqmax <> CASE WHEN q.seqincrement < 0 THEN -1
    WHEN q.seqtypid = 21 THEN 32767 WHEN q.seqtypid = 23 THEN 2147483647
    ELSE 9223372036854775807 END THEN q.seqmax END AS maximum,
  CASE WHEN q.seqcache <> 1 THEN q.seqcache END AS cache,
  CASE WHEN q.seqcycle THEN '' END AS cycle,
  CASE WHEN c.relpersistence = 'u' AND o.relpersistence IS DISTINCT FROM 'u' THEN '' END
    AS unlogged,
  CASE WHEN p.deptype = 'a' THEN format('%I.%I.%I', tn.nspname, o.relname, oa.attname) END
    AS "owned by"
FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend p ON p.classid = 1259 AND p.objid = q.seqrelid AND p.objsubid = 0
  AND p.refclassid = 1259 AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
LEFT JOIN pg_class o ON o.oid = p.refobjid
LEFT JOIN pg_namespace tn ON tn.oid = o.relnamespace
LEFT JOIN pg_attribute oa ON oa.attrelid = p.refobjid AND oa.attnum = p.refobjsubid
@+comments LEFT JOIN pg_description d ON d.classoid = 1259 AND d.objoid = c.oid AND d.objsubid = 0
WHERE true
@schema n
@unit q.seqrelid
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgClass, kPgClass, kRelations},
    CatalogQuery{kPgClass, kPgAttribute, kColumns},
    CatalogQuery{kPgClass, kPgSequence, kSequences},
};

}  // namespace

std::span<const CatalogQuery> relation_queries() { return kQueries; }

}  // namespace provision::postgresql
