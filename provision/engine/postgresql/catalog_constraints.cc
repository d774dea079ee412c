// Constraints of tables and domains, and indexes.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

// What an inheritance child or a partition has from its parent is the parent's. What most of them
// are is put together from the catalog, as the server would: it takes so long over a definition.
// Nobody has a parent in nearly all rows, and so no index may be used to find these.
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
@+comments d.description AS comment,
  CASE WHEN fa.attname IS NOT NULL
    THEN 'FOREIGN KEY (' || quote_ident(a.attname) || ') REFERENCES ' || quote_ident(fn.nspname)
      || '.' || quote_ident(fc.relname) || '(' || quote_ident(fa.attname) || ')' ||
      CASE k.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
        WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END ||
      CASE k.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
        WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
  WHEN k.contype IN ('p', 'u') AND i.indnatts = 1
@15   AND NOT i.indnullsnotdistinct
    THEN CASE k.contype WHEN 'p' THEN 'PRIMARY KEY (' ELSE 'UNIQUE (' END
      || quote_ident(a.attname) || ')'
  WHEN k.condeferrable OR NOT k.convalidated
    THEN regexp_replace(pg_get_constraintdef(k.oid),
      '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', '')
    ELSE pg_get_constraintdef(k.oid) END AS definition,
  CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate'
    END AS deferrable,
  CASE WHEN NOT k.convalidated THEN '' END AS "not valid",
@list ic.reloptions options
@+tablespaces CASE WHEN ic.reltablespace <> 0 THEN
@+tablespaces   (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = ic.reltablespace) END AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
@+comments xd.description AS "index comment",
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
  AND k.contype IN ('f', 'p', 'u')
LEFT JOIN (pg_attribute fa JOIN pg_class fc ON fc.oid = fa.attrelid
    JOIN pg_namespace fn ON fn.oid = fc.relnamespace)
  ON fa.attrelid = k.confrelid AND fa.attnum = k.confkey[1] AND k.contype = 'f'
  AND k.conkey[2] IS NULL AND k.confmatchtype = 's'
@15 AND k.confdelsetcols IS NULL
@18 AND NOT k.conperiod AND k.conenforced
@+comments LEFT JOIN pg_description d ON d.classoid = 2606 AND d.objoid = k.oid AND d.objsubid = 0
@+comments LEFT JOIN pg_description xd ON xd.classoid = 1259 AND xd.objoid = i.indexrelid
@+comments   AND xd.objsubid = 0
WHERE k.contype IN ('p', 'u', 'c', 'x', 'f', 'n') AND k.conrelid <> 0
  AND coalesce(k.conparentid, 0) = 0
  AND (k.conislocal OR k.coninhcount = 0)
@schema n
@unit c.oid
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

// Without the names of index and table, so that it says what the index is and not what of. Most are
// of one column or two in the usual order by a built-in B-tree, which has no options.
constexpr std::string_view kIndexes = R"sql(
SELECT i.indrelid AS unit, i.indexrelid AS object, 'index' AS kind, n.nspname AS schema,
  c.relname AS "table", ic.relname AS name, 'idx' AS stem,
  CASE WHEN i.indexprs IS NOT NULL THEN '=' || (SELECT string_agg(a.attname, '_' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.indexrelid)
    ELSE i.indkey::text END AS "stem parts",
@+comments d.description AS comment,
  CASE WHEN i.indisunique THEN '' END AS "unique",
  coalesce('btree (' || quote_ident(a.attname) ||
      CASE WHEN i.indnatts = 1 THEN '' ELSE ', ' || quote_ident(b.attname) END || ')' ||
      CASE WHEN i.indpred IS NULL THEN ''
        ELSE ' WHERE ' || pg_get_expr(i.indpred, i.indrelid) END,
    substr(pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON %s%I.%I USING ',
      CASE WHEN i.indisunique THEN 'UNIQUE ' END, ic.relname,
      CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, n.nspname, c.relname)) + 1)) AS definition,
@+tablespaces CASE WHEN ic.reltablespace <> 0 THEN
@+tablespaces   (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = ic.reltablespace) END AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid,
  CASE WHEN i.indexprs IS NOT NULL THEN
    (SELECT string_agg(format('%s: %s', x.attnum, x.attstattarget), ', ' ORDER BY x.attnum)
     FROM pg_attribute x WHERE x.attrelid = i.indexrelid AND x.attstattarget >= 0)
    END AS "statistics targets"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid
JOIN pg_class ic ON ic.oid = i.indexrelid
@+comments LEFT JOIN pg_description d ON d.classoid = 1259 AND d.objoid = i.indexrelid AND d.objsubid = 0
LEFT JOIN (pg_attribute a JOIN pg_opclass ao ON ao.opcdefault AND ao.opcmethod = 403
    AND ao.oid < 16384 AND (ao.opcintype = a.atttypid OR (ao.opcintype = 25 AND a.atttypid = 1043)))
  ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND ao.oid = i.indclass[0]
  AND i.indcollation[0] IN (0, a.attcollation) AND i.indoption[0] = 0
  AND i.indexprs IS NULL AND i.indnatts <= 2 AND i.indnkeyatts = i.indnatts
  AND ic.reloptions IS NULL AND ic.relkind = 'i'
  AND (i.indpred IS NULL OR position('{CASE' IN i.indpred::text) = 0)
@15 AND NOT i.indnullsnotdistinct
LEFT JOIN (pg_attribute b JOIN pg_opclass bo ON bo.opcdefault AND bo.opcmethod = 403
    AND bo.oid < 16384 AND (bo.opcintype = b.atttypid OR (bo.opcintype = 25 AND b.atttypid = 1043)))
  ON b.attrelid = i.indrelid AND b.attnum = i.indkey[1] AND bo.oid = i.indclass[1]
  AND i.indcollation[1] IN (0, b.attcollation) AND i.indoption[1] = 0 AND i.indnatts = 2
WHERE c.relkind IN ('r', 'p', 'm') AND NOT ic.relispartition AND NOT EXISTS
  (SELECT FROM pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid
    AND k.contype IN ('p', 'u', 'x'))
@schema n
@unit c.oid
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
