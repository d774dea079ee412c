// What the catalog of a server knows of a schema: one query for each kind of object.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/schema_reader.h"

namespace provision::postgresql {

using Oid = std::uint32_t;

// The ids of catalogs are the same everywhere.
constexpr Oid kPgDefaultAcl = 826;
constexpr Oid kPgTablespace = 1213;
constexpr Oid kPgType = 1247;
constexpr Oid kPgAttribute = 1249;
constexpr Oid kPgProc = 1255;
constexpr Oid kPgClass = 1259;
constexpr Oid kPgAuthid = 1260;
constexpr Oid kPgDatabase = 1262;
constexpr Oid kPgForeignServer = 1417;
constexpr Oid kPgUserMapping = 1418;
constexpr Oid kPgSequence = 2224;
constexpr Oid kPgForeignDataWrapper = 2328;
constexpr Oid kPgShdescription = 2396;
constexpr Oid kPgAm = 2601;
constexpr Oid kPgAmop = 2602;
constexpr Oid kPgAmproc = 2603;
constexpr Oid kPgAttrdef = 2604;
constexpr Oid kPgCast = 2605;
constexpr Oid kPgConstraint = 2606;
constexpr Oid kPgConversion = 2607;
constexpr Oid kPgDepend = 2608;
constexpr Oid kPgDescription = 2609;
constexpr Oid kPgIndex = 2610;
constexpr Oid kPgLanguage = 2612;
constexpr Oid kPgNamespace = 2615;
constexpr Oid kPgOpclass = 2616;
constexpr Oid kPgOperator = 2617;
constexpr Oid kPgRewrite = 2618;
constexpr Oid kPgTrigger = 2620;
constexpr Oid kPgOpfamily = 2753;
constexpr Oid kPgDbRoleSetting = 2964;
constexpr Oid kPgExtension = 3079;
constexpr Oid kPgPolicy = 3256;
constexpr Oid kPgStatisticExt = 3381;
constexpr Oid kPgInitPrivs = 3394;
constexpr Oid kPgCollation = 3456;
constexpr Oid kPgEventTrigger = 3466;
constexpr Oid kPgEnum = 3501;
constexpr Oid kPgTransform = 3576;
constexpr Oid kPgTsDict = 3600;
constexpr Oid kPgTsParser = 3601;
constexpr Oid kPgTsConfig = 3602;
constexpr Oid kPgTsConfigMap = 3603;
constexpr Oid kPgTsTemplate = 3764;
constexpr Oid kPgSubscription = 6100;
constexpr Oid kPgPublication = 6104;
constexpr Oid kPgPublicationRel = 6106;
constexpr Oid kPgPublicationNamespace = 6237;

/// A query whose rows are objects, or add fields to objects that another one reads.
///
/// Its first columns are: `unit`, the id of the row of `unit_catalog` that the object belongs to
/// and is read again with; `object`, its own id in `catalog`; kind; schema; table; name. All others
/// are fields called as the column is, NULL for the default, but for these:
///   stem       how the server makes up a name of this kind: its last part ("key", "fkey")
///   stem parts the numbers of the unit's columns, or after an "=" the names, that go into it
///   stem table the table whose name goes into it, where it is not `table`
///   number     of a column
///   ordered    the column counts for the field `column order` of its table
///   inherited  the column is as that of the table's parent, and so none of its own
///   sequence   the name that a default calls the sequence by
///   field, value  a field whose name is a value, too
///   acl, usual acl  the privileges, and what they would be had nobody granted or revoked any
///   given      the row says nothing but what somebody granted or revoked, of members of
///   extensions,
///              too, and nothing at all if that leaves everything as it is usually
///
/// In the text, a line that begins with "@15" is for servers from 15 on, "@-14" for those up to 14,
/// and with "@+comments" for databases of that trait;
/// "@unit x" narrows the query to units by their id x, and "@schema n" to the schemas of the scope
/// by the row n of pg_namespace; "@owner x" is the column `owner` and "@acl k x o" the two of the
/// privileges x of an object of the kind k that o owns; "@list x name" is the array x, sorted;
/// "@given k x o" is the same and `given` for what "@installed n c x" narrows the query to:
/// built-in objects and members of extensions, whose schema is the row n and whose id in the
/// catalog c is x. "@locks x condition" says for which rows the server locks tables while it writes
/// out a definition, where x is the id of what is defined;
/// "@keeps x condition" that it does so until the end of the transaction.
struct CatalogQuery {
  Oid unit_catalog;
  /// A unit that has no rows of this query gets none without a change to this catalog.
  Oid catalog;
  std::string_view sql;
};

/// What a database as a whole has any of; where it has none, queries need not ask for it.
struct Traits {
  bool comments = true;  ///< on objects that did not come with the server
  bool inheritance = true;
  bool tablespaces = true;
  bool foreign = true;  ///< tables

  /// Another number for other traits.
  int key() const;
};

/// All of them, those of relations first.
std::span<const CatalogQuery> catalog_queries();

// By what they read; `catalog_queries` has them all.
std::span<const CatalogQuery> relation_queries();
std::span<const CatalogQuery> constraint_queries();
std::span<const CatalogQuery> program_queries();
std::span<const CatalogQuery> routine_queries();
std::span<const CatalogQuery> type_queries();
std::span<const CatalogQuery> other_queries();
std::span<const CatalogQuery> database_queries();
std::span<const CatalogQuery> privilege_queries();

/// The SQL of `query` for a server of `version` (150018). `by_unit` makes it a statement with one
/// parameter, an array of the ids of units, for a database of `traits`.
std::string rendered(const CatalogQuery& query, int version, const SchemaScope& scope, bool by_unit,
                     const Traits& traits = {});

/// A query of what no other reads: what it is called, and how many there are.
std::string uncovered_query(int version);

/// How everything is read although others work on it.
struct Survey {
  int batches = 1;            ///< so many, that none keeps too many locks
  std::string locked = "{}";  ///< ids of what others keep locked and what mentions it, an array
  std::set<Oid> unused = {};  ///< catalogs that have nothing of users
};

/// A query for the three; what is locked is looked up only where others are known to be at work.
std::string survey_query(bool is_contended);

/// A part of the rows of a query.
struct QueryPart {
  std::string sql;
  bool keeps_locks = false;  ///< to be run in a part of the transaction that is rolled back
  bool is_locked = false;    ///< of locked units: without what cannot be read of them
};

/// The SQL of `query` for all its rows, in parts.
std::vector<QueryPart> parts_of(const CatalogQuery& query, int version, const SchemaScope& scope,
                                const Survey& survey);

}  // namespace provision::postgresql
