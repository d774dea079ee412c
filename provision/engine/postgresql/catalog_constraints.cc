// Constraints of tables and domains, and indexes.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

// What an inheritance child or a partition has from its parent is the parent's. Where everything is
// read, what has no expression is put together from the catalog, as the server would: it takes so
// long over each definition.
constexpr std::string_view kConstraints = R"sql(
SELECT k.conrelid AS unit, k.oid AS object,
  CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check'
    WHEN 'x' THEN 'exclude' WHEN 'f' THEN 'foreign key' ELSE 'not null' END AS kind,
  n.nspname AS schema, c.relname AS "table", k.conname AS name,
  CASE k.contype WHEN 'p' THEN 'pkey' WHEN 'u' THEN 'key' WHEN 'c' THEN 'check' WHEN 'x' THEN 'excl'
    WHEN 'f' THEN 'fkey' ELSE 'not_null' END AS stem,
  CASE WHEN k.contype = 'p' THEN ''
    WHEN i.indexprs IS NOT NULL THEN '=' || (SELECT string_agg(a.attname, '_' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.indexrelid)
    WHEN i.indexrelid IS NOT NULL THEN i.indkey::text
    WHEN k.contype = 'c' AND array_length(k.conkey, 1) > 1 THEN ''
    ELSE array_to_string(k.conkey, ' ') END AS "stem parts",
  d.description AS comment,
@all CASE WHEN k.contype = 'f' AND k.confmatchtype <> 'p'
@all @15 AND k.confdelsetcols IS NULL
@all @18 AND NOT k.conperiod AND k.conenforced
@all   THEN format('FOREIGN KEY (%s) REFERENCES %I.%I(%s)%s', y.columns, fn.nspname, fc.relname,
@all     z.columns, CASE k.confmatchtype WHEN 'f' THEN ' MATCH FULL' ELSE '' END
@all       || CASE k.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
@all         WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
@all       || CASE k.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
@all         WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END)
@all   WHEN k.contype IN ('p', 'u') AND i.indnkeyatts = i.indnatts
@all @15 AND NOT i.indnullsnotdistinct
@all @18 AND NOT k.conperiod
@all   THEN format('%s (%s)', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, y.columns)
@all   WHEN k.condeferrable OR NOT k.convalidated
@units CASE WHEN k.condeferrable OR NOT k.convalidated
    THEN regexp_replace(pg_get_constraintdef(k.oid),
      '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', '')
    ELSE pg_get_constraintdef(k.oid) END AS definition,
  CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate'
    END AS deferrable,
  CASE WHEN NOT k.convalidated THEN '' END AS "not valid",
  CASE WHEN ic.reloptions IS NOT NULL
    THEN (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(ic.reloptions) o) END AS options,
  s.spcname AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid,
  xd.description AS "index comment"
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
LEFT JOIN pg_description d ON d.classoid = 2606 AND d.objoid = k.oid AND d.objsubid = 0
LEFT JOIN pg_description xd ON xd.classoid = 1259 AND xd.objoid = i.indexrelid AND xd.objsubid = 0
@all LEFT JOIN pg_class fc ON fc.oid = k.confrelid
@all LEFT JOIN pg_namespace fn ON fn.oid = fc.relnamespace
@all LEFT JOIN (SELECT p.oid, string_agg(quote_ident(a.attname), ', ' ORDER BY p.place) AS columns
@all   FROM (SELECT oid, conrelid, unnest(conkey) AS number, generate_subscripts(conkey, 1) AS place
@all     FROM pg_constraint WHERE contype IN ('f', 'p', 'u')) p
@all   JOIN pg_attribute a ON a.attrelid = p.conrelid AND a.attnum = p.number
@all   GROUP BY p.oid) y ON y.oid = k.oid
@all LEFT JOIN (SELECT p.oid, string_agg(quote_ident(a.attname), ', ' ORDER BY p.place) AS columns
@all   FROM (SELECT oid, confrelid, unnest(confkey) AS number, generate_subscripts(confkey, 1) AS place
@all     FROM pg_constraint WHERE contype = 'f') p
@all   JOIN pg_attribute a ON a.attrelid = p.confrelid AND a.attnum = p.number
@all   GROUP BY p.oid) z ON z.oid = k.oid
WHERE k.contype IN ('p', 'u', 'c', 'x', 'f', 'n') AND k.conrelid <> 0 AND k.conparentid = 0
  AND (k.conislocal OR k.coninhcount = 0)
@schema n
@unit k.conrelid
@locks k.conrelid k.contype IN ('c', 'x')
)sql";

constexpr std::string_view kDomainConstraints = R"sql(
SELECT k.contypid AS unit, k.oid AS object,
  CASE k.contype WHEN 'c' THEN 'check' ELSE 'not null' END AS kind,
  n.nspname AS schema, t.typname AS "table", k.conname AS name,
  CASE k.contype WHEN 'c' THEN 'check' ELSE 'not_null' END AS stem, '' AS "stem parts",
  d.description AS comment,
  regexp_replace(pg_get_constraintdef(k.oid), '( NOT VALID)?$', '') AS definition,
  CASE WHEN NOT k.convalidated THEN '' END AS "not valid"
FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_description d ON d.classoid = 2606 AND d.objoid = k.oid AND d.objsubid = 0
WHERE k.contypid <> 0
@schema n
@unit k.contypid
)sql";

// Without the names of index and table, so that it says what the index is and not what of.
constexpr std::string_view kIndexes = R"sql(
SELECT i.indrelid AS unit, i.indexrelid AS object, 'index' AS kind, n.nspname AS schema,
  c.relname AS "table", ic.relname AS name, 'idx' AS stem,
  CASE WHEN i.indexprs IS NOT NULL THEN '=' || (SELECT string_agg(a.attname, '_' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.indexrelid)
    ELSE i.indkey::text END AS "stem parts",
  d.description AS comment,
  CASE WHEN i.indisunique THEN '' END AS "unique",
@all CASE WHEN y.columns IS NOT NULL AND ic.relkind = 'i' AND ic.reloptions IS NULL
@all     AND u.options IS NOT TRUE THEN format('%s (%s)%s', m.amname, y.columns,
@all       ' WHERE ' || pg_get_expr(i.indpred, i.indrelid)) ELSE
  substr(pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON %s%I.%I USING ',
    CASE WHEN i.indisunique THEN 'UNIQUE ' END, ic.relname,
    CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, n.nspname, c.relname)) + 1)
@all END
  AS definition,
  s.spcname AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid,
@all u.targets AS "statistics targets"
@units (SELECT string_agg(format('%s: %s', a.attnum, a.attstattarget), ', ' ORDER BY a.attnum)
@units  FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
@units   AS "statistics targets"
FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid
  AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
LEFT JOIN pg_description d ON d.classoid = 1259 AND d.objoid = i.indexrelid AND d.objsubid = 0
@all JOIN pg_am m ON m.oid = ic.relam
@all LEFT JOIN (SELECT p.indexrelid,
@all     string_agg(quote_ident(a.attname), ', ' ORDER BY p.place) AS columns
@all   FROM (SELECT indexrelid, indrelid, unnest(indkey) AS number, unnest(indclass) AS class,
@all       unnest(indcollation) AS collation, generate_subscripts(indkey, 1) AS place
@all     FROM pg_index WHERE indexrelid >= 16384 AND indexprs IS NULL AND indnkeyatts = indnatts
@all       AND indoption::text !~ '[1-9]' AND (indpred IS NULL OR indpred::text !~ '{CASE')
@all @15   AND NOT indnullsnotdistinct
@all     ) p
@all   JOIN pg_attribute a ON a.attrelid = p.indrelid AND a.attnum = p.number
@all   JOIN pg_opclass o ON o.oid = p.class
@all   GROUP BY p.indexrelid
@all   HAVING bool_and(o.opcdefault AND p.collation IN (0, a.attcollation)
@all     AND (o.opcintype = a.atttypid OR (o.opcintype = 25 AND a.atttypid = 1043)))
@all   ) y ON y.indexrelid = i.indexrelid
@all LEFT JOIN (SELECT attrelid, bool_or(attoptions IS NOT NULL) AS options,
@all     string_agg(format('%s: %s', attnum, attstattarget), ', ' ORDER BY attnum)
@all       FILTER (WHERE attstattarget >= 0) AS targets
@all   FROM pg_attribute WHERE attoptions IS NOT NULL OR attstattarget >= 0
@all   GROUP BY attrelid) u ON u.attrelid = i.indexrelid
WHERE k.oid IS NULL AND c.relkind IN ('r', 'p', 'm') AND NOT ic.relispartition
@schema n
@unit i.indrelid
@locks i.indrelid true
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgClass, kPgConstraint, kConstraints},
    CatalogQuery{kPgClass, kPgIndex, kIndexes},
    CatalogQuery{kPgType, kPgConstraint, kDomainConstraints},
};

}  // namespace

std::span<const CatalogQuery> constraint_queries() { return kQueries; }

}  // namespace provision::postgresql
