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
@+comments  d.description AS comment,
  CASE WHEN k.contype = 'f' AND array_length(k.conkey, 1) = 1 AND k.confmatchtype = 's'
@15   AND k.confdelsetcols IS NULL
@18   AND NOT k.conperiod AND k.conenforced
    THEN (SELECT format('FOREIGN KEY (%I) REFERENCES %I.%I(%I)%s%s', a.attname, fn.nspname,
      fc.relname, fa.attname,
      CASE k.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
        WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' END,
      CASE k.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
        WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' END)
      FROM pg_attribute a, pg_attribute fa, pg_class fc, pg_namespace fn
      WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND fa.attrelid = k.confrelid
        AND fa.attnum = k.confkey[1] AND fc.oid = k.confrelid AND fn.oid = fc.relnamespace)
  WHEN k.contype IN ('p', 'u') AND i.indnatts = 1
@15   AND NOT i.indnullsnotdistinct
    THEN (SELECT format('%s (%I)', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END,
        a.attname)
      FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1])
  WHEN k.condeferrable OR NOT k.convalidated
    THEN regexp_replace(pg_get_constraintdef(k.oid),
      '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', '')
    ELSE pg_get_constraintdef(k.oid) END AS definition,
  CASE WHEN k.condeferred THEN 'initially deferred' WHEN k.condeferrable THEN 'initially immediate'
    END AS deferrable,
  CASE WHEN NOT k.convalidated THEN '' END AS "not valid",
@list ic.reloptions options
@+tablespaces  s.spcname AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
@+comments  xd.description AS "index comment",
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
@+tablespaces LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
@+comments LEFT JOIN pg_description d ON d.classoid = 2606 AND d.objoid = k.oid AND d.objsubid = 0
@+comments LEFT JOIN pg_description xd ON xd.classoid = 1259 AND xd.objoid = i.indexrelid AND xd.objsubid = 0
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

// Without the names of index and table, so that it says what the index is and not what of.
constexpr std::string_view kIndexes = R"sql(
SELECT i.indrelid AS unit, i.indexrelid AS object, 'index' AS kind, n.nspname AS schema,
  c.relname AS "table", ic.relname AS name, 'idx' AS stem,
  CASE WHEN i.indexprs IS NOT NULL THEN '=' || (SELECT string_agg(a.attname, '_' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.indexrelid)
    ELSE i.indkey::text END AS "stem parts",
@+comments  d.description AS comment,
  CASE WHEN i.indisunique THEN '' END AS "unique",
  coalesce(CASE WHEN i.indexprs IS NULL AND i.indnatts <= 2 AND i.indnkeyatts = i.indnatts
      AND ic.reloptions IS NULL AND ic.relkind = 'i' AND NOT u.options
      AND i.indoption[0] = 0 AND (i.indnatts = 1 OR i.indoption[1] = 0)
      AND (i.indpred IS NULL OR position('{CASE' IN i.indpred::text) = 0)
@15   AND NOT i.indnullsnotdistinct
    THEN m.amname || ' (' ||
      (SELECT quote_ident(a.attname) FROM pg_attribute a JOIN pg_opclass o ON o.oid = i.indclass[0]
       WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND o.opcdefault
         AND i.indcollation[0] IN (0, a.attcollation)
         AND (o.opcintype = a.atttypid OR (o.opcintype = 25 AND a.atttypid = 1043)))
      || CASE WHEN i.indnatts = 1 THEN '' ELSE ', ' ||
      (SELECT quote_ident(a.attname) FROM pg_attribute a JOIN pg_opclass o ON o.oid = i.indclass[1]
       WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[1] AND o.opcdefault
         AND i.indcollation[1] IN (0, a.attcollation)
         AND (o.opcintype = a.atttypid OR (o.opcintype = 25 AND a.atttypid = 1043))) END
      || ')' || CASE WHEN i.indpred IS NULL THEN ''
        ELSE ' WHERE ' || pg_get_expr(i.indpred, i.indrelid) END END,
    substr(pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON %s%I.%I USING ',
      CASE WHEN i.indisunique THEN 'UNIQUE ' END, ic.relname,
      CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, n.nspname, c.relname)) + 1)) AS definition,
@+tablespaces  s.spcname AS tablespace,
  CASE WHEN i.indisclustered THEN '' END AS clustered,
  CASE WHEN NOT i.indisvalid THEN '' END AS invalid,
  u.targets AS "statistics targets"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid
JOIN pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid
  AND k.contype IN ('p', 'u', 'x')
@+tablespaces LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
@+comments LEFT JOIN pg_description d ON d.classoid = 1259 AND d.objoid = i.indexrelid AND d.objsubid = 0
JOIN pg_am m ON m.oid = ic.relam
CROSS JOIN LATERAL (SELECT coalesce(bool_or(a.attoptions IS NOT NULL), false) AS options,
    string_agg(format('%s: %s', a.attnum, a.attstattarget), ', ' ORDER BY a.attnum)
      FILTER (WHERE a.attstattarget >= 0) AS targets
  FROM pg_attribute a WHERE a.attrelid = i.indexrelid
    AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)) u
WHERE k.oid IS NULL AND c.relkind IN ('r', 'p', 'm') AND NOT ic.relispartition
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
