// Kinds of which a database has few: operators and casts, text search, foreign servers, collations.
#include <array>

#include "provision/engine/postgresql/catalog.h"

namespace provision::postgresql {
namespace {

constexpr std::string_view kCollations = R"sql(
SELECT l.oid AS unit, l.oid AS object, 'collation' AS kind, n.nspname AS schema, '' AS "table",
  l.collname AS name,
@owner l.collowner
  d.description AS comment,
  CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' END
    AS provider,
  l.collcollate AS collate, l.collctype AS "character type",
@15 @-16 l.colliculocale AS locale,
@17 l.colllocale AS locale,
@16 l.collicurules AS rules,
  CASE WHEN NOT l.collisdeterministic THEN '' END AS "not deterministic",
  l.collversion AS "collation version"
FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
LEFT JOIN pg_description d ON d.classoid = 3456 AND d.objoid = l.oid AND d.objsubid = 0
WHERE l.oid >= 16384
@schema n
@unit l.oid
)sql";

constexpr std::string_view kConversions = R"sql(
SELECT c.oid AS unit, c.oid AS object, 'conversion' AS kind, n.nspname AS schema, '' AS "table",
  c.conname AS name,
@owner c.conowner
  d.description AS comment,
  format('%s to %s by %s', pg_encoding_to_char(c.conforencoding),
    pg_encoding_to_char(c.contoencoding), c.conproc::oid::regprocedure) AS definition,
  CASE WHEN c.condefault THEN '' END AS "default"
FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
LEFT JOIN pg_description d ON d.classoid = 2607 AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.oid >= 16384
@schema n
@unit c.oid
)sql";

constexpr std::string_view kCasts = R"sql(
SELECT c.oid AS unit, c.oid AS object, 'cast' AS kind, '' AS schema, '' AS "table",
  format('%s AS %s', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) AS name,
  d.description AS comment,
  CASE c.castmethod WHEN 'b' THEN 'without function' WHEN 'i' THEN 'with inout'
    ELSE c.castfunc::regprocedure::text END AS definition,
  CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' END AS context
FROM pg_cast c
LEFT JOIN pg_proc p ON p.oid = c.castfunc
LEFT JOIN pg_description d ON d.classoid = 2605 AND d.objoid = c.oid AND d.objsubid = 0
WHERE c.oid >= 16384 AND p.prosrc IS DISTINCT FROM 'multirange_constructor1'
@unit c.oid
)sql";

constexpr std::string_view kTransforms = R"sql(
SELECT x.oid AS unit, x.oid AS object, 'transform' AS kind, '' AS schema, '' AS "table",
  format('%s for %s', format_type(x.trftype, NULL), l.lanname) AS name,
  d.description AS comment,
  CASE WHEN x.trffromsql::oid <> 0 THEN x.trffromsql::oid::regprocedure::text END AS "from sql",
  CASE WHEN x.trftosql::oid <> 0 THEN x.trftosql::oid::regprocedure::text END AS "to sql"
FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang
LEFT JOIN pg_description d ON d.classoid = 3576 AND d.objoid = x.oid AND d.objsubid = 0
WHERE x.oid >= 16384
@unit x.oid
)sql";

constexpr std::string_view kOperators = R"sql(
SELECT o.oid AS unit, o.oid AS object, 'operator' AS kind, n.nspname AS schema, '' AS "table",
  format('%s(%s, %s)', o.oprname,
    CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END,
    CASE WHEN o.oprright = 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END) AS name,
@owner o.oprowner
  d.description AS comment,
  CASE WHEN o.oprcode::oid <> 0 THEN o.oprcode::oid::regprocedure::text ELSE 'none' END
    AS "function",
  CASE WHEN o.oprresult <> 0 THEN format_type(o.oprresult, NULL) END AS result,
  CASE WHEN o.oprcom <> 0 THEN o.oprcom::regoperator::text END AS commutator,
  CASE WHEN o.oprnegate <> 0 THEN o.oprnegate::regoperator::text END AS negator,
  CASE WHEN o.oprrest::oid <> 0 THEN o.oprrest::oid::regprocedure::text END AS "restrict",
  CASE WHEN o.oprjoin::oid <> 0 THEN o.oprjoin::oid::regprocedure::text END AS "join",
  CASE WHEN o.oprcanmerge THEN '' END AS merges, CASE WHEN o.oprcanhash THEN '' END AS hashes
FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN pg_description d ON d.classoid = 2617 AND d.objoid = o.oid AND d.objsubid = 0
WHERE o.oid >= 16384
@schema n
@unit o.oid
)sql";

// Operators and functions of a family that no class of it needs are the family's own.
constexpr std::string_view kOperatorFamilies = R"sql(
SELECT f.oid AS unit, f.oid AS object, 'operator family' AS kind, n.nspname AS schema,
  '' AS "table", format('%s using %s', f.opfname, m.amname) AS name,
@owner f.opfowner
  d.description AS comment,
  (SELECT string_agg(format('%s %s%s%s', o.amopstrategy, o.amopopr::regoperator,
     CASE WHEN o.amoppurpose = 'o' THEN ' for order by' END, CASE WHEN o.amopsortfamily <> 0 THEN
       (SELECT ' ' || sf.opfname FROM pg_opfamily sf WHERE sf.oid = o.amopsortfamily) END), ', '
     ORDER BY o.amopstrategy, o.amopopr::regoperator::text COLLATE "C")
   FROM pg_amop o WHERE o.amopfamily = f.oid) AS operators,
  (SELECT string_agg(format('%s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
     format_type(p.amprocrighttype, NULL), p.amproc::oid::regprocedure), ', '
     ORDER BY p.amprocnum, p.amproc::oid::regprocedure::text COLLATE "C")
   FROM pg_amproc p WHERE p.amprocfamily = f.oid) AS functions
FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_am m ON m.oid = f.opfmethod
LEFT JOIN pg_description d ON d.classoid = 2753 AND d.objoid = f.oid AND d.objsubid = 0
WHERE f.oid >= 16384
@schema n
@unit f.oid
)sql";

constexpr std::string_view kOperatorClasses = R"sql(
SELECT o.oid AS unit, o.oid AS object, 'operator class' AS kind, n.nspname AS schema,
  '' AS "table", format('%s using %s', o.opcname, m.amname) AS name,
@owner o.opcowner
  d.description AS comment,
  format('for type %s family %I.%I', format_type(o.opcintype, NULL), fn.nspname, f.opfname)
    AS definition,
  CASE WHEN o.opcdefault THEN '' END AS "default",
  CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END AS storage
FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_am m ON m.oid = o.opcmethod
JOIN pg_opfamily f ON f.oid = o.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
LEFT JOIN pg_description d ON d.classoid = 2616 AND d.objoid = o.oid AND d.objsubid = 0
WHERE o.oid >= 16384
@schema n
@unit o.oid
)sql";

constexpr std::string_view kAccessMethods = R"sql(
SELECT m.oid AS unit, m.oid AS object, 'access method' AS kind, '' AS schema, '' AS "table",
  m.amname AS name, d.description AS comment,
  format('%s handler %s', CASE m.amtype WHEN 't' THEN 'table' ELSE 'index' END,
    m.amhandler::oid::regprocedure) AS definition
FROM pg_am m
LEFT JOIN pg_description d ON d.classoid = 2601 AND d.objoid = m.oid AND d.objsubid = 0
WHERE m.oid >= 16384
@unit m.oid
)sql";

constexpr std::string_view kParsers = R"sql(
SELECT p.oid AS unit, p.oid AS object, 'text search parser' AS kind, n.nspname AS schema,
  '' AS "table", p.prsname AS name, d.description AS comment,
  concat_ws(', ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype) AS definition
FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
LEFT JOIN pg_description d ON d.classoid = 3601 AND d.objoid = p.oid AND d.objsubid = 0
WHERE p.oid >= 16384
@schema n
@unit p.oid
)sql";

constexpr std::string_view kTemplates = R"sql(
SELECT t.oid AS unit, t.oid AS object, 'text search template' AS kind, n.nspname AS schema,
  '' AS "table", t.tmplname AS name, d.description AS comment,
  concat_ws(', ', t.tmplinit, t.tmpllexize) AS definition
FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
LEFT JOIN pg_description d ON d.classoid = 3764 AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.oid >= 16384
@schema n
@unit t.oid
)sql";

constexpr std::string_view kDictionaries = R"sql(
SELECT t.oid AS unit, t.oid AS object, 'text search dictionary' AS kind, n.nspname AS schema,
  '' AS "table", t.dictname AS name,
@owner t.dictowner
  d.description AS comment,
  format('%I.%I', mn.nspname, m.tmplname) AS template, t.dictinitoption AS options
FROM pg_ts_dict t JOIN pg_namespace n ON n.oid = t.dictnamespace
JOIN pg_ts_template m ON m.oid = t.dicttemplate JOIN pg_namespace mn ON mn.oid = m.tmplnamespace
LEFT JOIN pg_description d ON d.classoid = 3600 AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.oid >= 16384
@schema n
@unit t.oid
)sql";

constexpr std::string_view kConfigurations = R"sql(
SELECT t.oid AS unit, t.oid AS object, 'text search configuration' AS kind, n.nspname AS schema,
  '' AS "table", t.cfgname AS name,
@owner t.cfgowner
  d.description AS comment,
  format('%I.%I', pn.nspname, p.prsname) AS parser,
  (SELECT string_agg(format('%s: %s', a.alias, a.dictionaries), '; ' ORDER BY a.alias)
   FROM (SELECT y.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)
           AS dictionaries
         FROM pg_ts_config_map m JOIN ts_token_type(t.cfgparser) y ON y.tokid = m.maptokentype
         WHERE m.mapcfg = t.oid GROUP BY y.alias) a) AS mappings
FROM pg_ts_config t JOIN pg_namespace n ON n.oid = t.cfgnamespace
JOIN pg_ts_parser p ON p.oid = t.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
LEFT JOIN pg_description d ON d.classoid = 3602 AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.oid >= 16384
@schema n
@unit t.oid
)sql";

constexpr std::array kQueries = {
    CatalogQuery{kPgCollation, kPgCollation, kCollations},
    CatalogQuery{kPgConversion, kPgConversion, kConversions},
    CatalogQuery{kPgCast, kPgCast, kCasts},
    CatalogQuery{kPgTransform, kPgTransform, kTransforms},
    CatalogQuery{kPgOperator, kPgOperator, kOperators},
    CatalogQuery{kPgOpfamily, kPgOpfamily, kOperatorFamilies},
    CatalogQuery{kPgOpclass, kPgOpclass, kOperatorClasses},
    CatalogQuery{kPgAm, kPgAm, kAccessMethods},
    CatalogQuery{kPgTsParser, kPgTsParser, kParsers},
    CatalogQuery{kPgTsTemplate, kPgTsTemplate, kTemplates},
    CatalogQuery{kPgTsDict, kPgTsDict, kDictionaries},
    CatalogQuery{kPgTsConfig, kPgTsConfig, kConfigurations},
};

}  // namespace

std::span<const CatalogQuery> other_queries() { return kQueries; }

}  // namespace provision::postgresql
