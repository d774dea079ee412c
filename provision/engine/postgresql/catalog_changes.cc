#include "provision/engine/postgresql/catalog_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

// Where the server keeps what our queries read, and what the others refer to.
constexpr std::string_view kCatalogs =
    "826,1213,1247,1249,1255,1259,1260,1262,1417,1418,2224,2328,2396,2600,2601,2602,2603,2604,2605,"
    "2606,2607,2608,2609,2610,2611,2612,2615,2616,2617,2618,2620,2753,2964,3079,3118,3256,3350,"
    "3381,"
    "3456,3466,3501,3541,3576,3600,3601,3602,3603,3764,6100,6104,6106,6237";

// These the server keeps locked after statements that change them in the usual way.
constexpr std::array<Oid, 7> kLockedByDdl = {
    kPgProc, kPgAuthid, kPgDescription, kPgNamespace, kPgOperator, kPgDbRoleSetting, kPgCollation};

constexpr Oid kFirstOfUsers = 16384;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Oid oid_of(std::string_view text) { return static_cast<Oid>(number(text)); }

/// Takes each word of `list`, which is separated by commas, cut at its blanks.
template <typename Take>
void for_entries(std::string_view list, Take take) {
  for (const std::string& entry : split_list(list)) take(split_list(entry, ' '));
}

}  // namespace

WrittenRow WrittenRow::parsed(const RowView& row, size_t at) {
  const auto is_true = [&](size_t value) { return row.size() > value && row[value] == "true"; };
  WrittenRow written;
  written.catalog = oid_of(row[at].value());
  written.unit_catalog = oid_of(row[at + 1].value());
  if (row[at + 2]) written.unit = oid_of(*row[at + 2]);
  written.relation_kind = row[at + 3].value_or(std::string_view("\0", 1))[0];
  written.oid = oid_of(row[at + 4].value());
  written.is_new = is_true(at + 5);
  written.has_new_toast = written.catalog == kPgClass && is_true(at + 6);
  written.is_array = written.catalog == kPgType && is_true(at + 6);
  return written;
}

void Probe::add_lock(const RowView& row) {
  const std::string_view mode = row[1].value();
  const bool is_strong = mode != "RowExclusiveLock";
  const std::string_view session = row[5].value();
  local_transaction = number(session.substr(session.find('/') + 1));
  if (!row[2] && !row[3]) return;
  if (!row[2]) {
    if (is_strong) locked.insert({oid_of(row[3].value()), oid_of(row[4].value())});
    return;
  }
  const Oid relation = oid_of(*row[2]);
  if (relation < kFirstOfUsers) {
    is_written_directly |=
        std::find(kLockedByDdl.begin(), kLockedByDdl.end(), relation) == kLockedByDdl.end();
    return;
  }
  if (is_strong) locked.insert({kPgClass, relation});
  if (mode == "ShareLock" || mode == "ShareUpdateExclusiveLock") return;
  touched[relation] = {relation, row[6] == "true"};
}

void Probe::add(const RowView& row) {
  const auto value = [&row](size_t at) { return row[at].value_or(std::string_view()); };
  const std::string_view what = value(0);
  if (what == "written") {
    written.push_back(WrittenRow::parsed(row, 1));
  } else if (what == "attribute") {
    attributes.push_back({oid_of(value(1)), static_cast<int>(number(value(2))), value(3) == "true",
                          value(4) == "true"});
  } else if (what == "attributes of new") {
    attributes_of_new = number(value(1));
  } else if (what == "members") {
    members = number(value(1));
  } else if (what == "lock") {
    add_lock(row);
  } else if (what == "writes") {
    for_entries(value(1), [this](const std::vector<std::string>& words) {
      const Oid catalog = oid_of(words[0]);
      writes[catalog] = {number(words[1]), number(words[2]), number(words[3])};
      if (words[4] != "0") own.insert(catalog);
    });
  } else {
    transaction = number(value(1));
    horizon = transaction != 0 ? transaction : number(value(2));
    is_counting = value(3) == "on";
    mark = value(4);
    last_is_there = value(5) == "true";
  }
}

Prepared probe_query(int version) {
  // Before 15 the counts of earlier transactions come late.
  const std::string_view text = version >= 150'000
                                    ? "pg_stat_get_xact_tuples_{0}(c) + pg_stat_get_tuples_{0}(c)"
                                    : "pg_stat_get_xact_tuples_{0}(c)";
  const auto counted = [text](std::string_view what) {
    return fmt::format(fmt::runtime(text), what);
  };
  return {"probe", "bigint",
          fmt::format(R"(
SELECT 'session', pg_current_xact_id_if_assigned()::text,
  pg_snapshot_xmax(pg_current_snapshot())::text, current_setting('track_counts'),
  current_setting('provision.schema_read', true),
  coalesce(pg_xact_status($1::text::xid8) IN ('committed', 'in progress'), false)::text, NULL
UNION ALL SELECT 'writes', string_agg(concat_ws(' ', c, {0}, {1}, {2},
    pg_stat_get_xact_tuples_inserted(c) + pg_stat_get_xact_tuples_updated(c)), ','),
  NULL, NULL, NULL, NULL, NULL FROM unnest('{{{3}}}'::oid[]) c
UNION ALL SELECT 'lock', mode, relation::text, classid::text, objid::text, virtualtransaction,
  CASE WHEN relation >= 16384 THEN pg_stat_get_xact_tuples_inserted(relation)
    + pg_stat_get_xact_tuples_updated(relation) + pg_stat_get_xact_tuples_deleted(relation) > 0
    END::text
FROM pg_lock_status() WHERE pid = pg_backend_pid() AND (locktype = 'virtualxid'
  OR (locktype IN ('relation', 'object') AND mode NOT IN ('AccessShareLock', 'RowShareLock'))))",
                      counted("inserted"), counted("updated"), counted("deleted"), kCatalogs)};
}

std::string mark_query(const std::string& mark) {
  return fmt::format("SELECT pg_catalog.set_config('provision.schema_read', '{}', true)", mark);
}

// Of rows "a" with a class and an oid: the values of `WrittenRow`.
const std::string kUnits = R"(a.class::text,
  CASE WHEN a.class IN (1259, 2604, 2618, 2620, 3256, 3381) THEN 1259
    WHEN a.class = 2606 AND EXISTS (SELECT FROM pg_constraint WHERE oid = a.oid AND conrelid = 0)
      THEN 1247
    WHEN a.class = 2606 THEN 1259
    WHEN a.class = 1247 AND EXISTS (SELECT FROM pg_type WHERE oid = a.oid AND typrelid <> 0)
      THEN 1259
    ELSE a.class END::text,
  CASE a.class
    WHEN 1259 THEN (SELECT CASE c.relkind WHEN 'i' THEN
        (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.oid)
      WHEN 'I' THEN (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.oid)
      WHEN 'S' THEN coalesce((SELECT d.refobjid FROM pg_depend d WHERE d.classid = 1259
        AND d.objid = c.oid AND d.refclassid = 1259 AND d.refobjsubid > 0
        AND d.deptype IN ('a', 'i')), c.oid)
      ELSE c.oid END FROM pg_class c WHERE c.oid = a.oid)
    WHEN 2604 THEN (SELECT adrelid FROM pg_attrdef WHERE oid = a.oid)
    WHEN 2606 THEN (SELECT CASE conrelid WHEN 0 THEN contypid ELSE conrelid END
      FROM pg_constraint WHERE oid = a.oid)
    WHEN 2618 THEN (SELECT ev_class FROM pg_rewrite WHERE oid = a.oid)
    WHEN 2620 THEN (SELECT tgrelid FROM pg_trigger WHERE oid = a.oid)
    WHEN 3256 THEN (SELECT polrelid FROM pg_policy WHERE oid = a.oid)
    WHEN 3381 THEN (SELECT stxrelid FROM pg_statistic_ext WHERE oid = a.oid)
    WHEN 1247 THEN (SELECT CASE typrelid WHEN 0 THEN oid ELSE typrelid END FROM pg_type
      WHERE oid = a.oid)
    ELSE a.oid END::text,
  CASE WHEN a.class = 1259 THEN (SELECT relkind::text FROM pg_class WHERE oid = a.oid) END,
  a.oid::text)";

const Prepared kRelations = {"relations", "oid[], oid, int", R"(
SELECT 'written', '1259', '1259', coalesce(i.indrelid, d.refobjid, c.oid)::text, c.relkind::text,
  c.oid::text, c.is_new::text, (c.is_new AND c.reltoastrelid > $2)::text
FROM (SELECT oid, relkind, reltoastrelid, age(xmin) <= 0 AS is_new FROM pg_class
    WHERE oid = ANY ($1)
  UNION ALL SELECT oid, relkind, reltoastrelid, age(xmin) <= 0 FROM pg_class
    WHERE oid > $2 AND oid <> ALL ($1) AND age(xmin) <= $3) c
LEFT JOIN pg_index i ON i.indexrelid = c.oid AND c.relkind IN ('i', 'I')
LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.classid = 1259 AND d.objid = c.oid
  AND d.refclassid = 1259 AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))"};

const Prepared kTypes = {"types", "oid, int", R"(
SELECT 'written', '1247', CASE t.typrelid WHEN 0 THEN '1247' ELSE '1259' END,
  CASE t.typrelid WHEN 0 THEN t.oid ELSE t.typrelid END::text, NULL, t.oid::text,
  (age(t.xmin) <= 0)::text, (e.oid IS NOT NULL)::text
FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
WHERE t.oid > $1 AND age(t.xmin) <= $2)"};

// A new column is written again when it gets a default.
const Prepared kAttributes = {"attributes", "oid[], oid", R"(
SELECT 'attribute', attrelid::text, attnum::text, atthasdef::text, attisdropped::text
FROM pg_attribute WHERE attrelid = ANY ($1) AND attrelid <= $2 AND age(xmin) <= 0
UNION ALL SELECT 'attributes of new', sum(CASE WHEN atthasdef THEN 2 ELSE 1 END)::text, NULL, NULL,
  NULL
FROM pg_attribute WHERE attrelid > $2 AND age(xmin) <= 0 HAVING count(*) > 0)"};

const Prepared kWidened = {"widened", "oid[], int", R"(
SELECT DISTINCT 'written', d.classid::text, CASE d.classid WHEN 1255 THEN '1255' ELSE '1259' END,
  CASE d.classid WHEN 2618 THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
    WHEN 3256 THEN (SELECT polrelid FROM pg_policy WHERE oid = d.objid) ELSE d.objid END::text,
  NULL, d.objid::text
FROM pg_attribute t JOIN pg_depend d ON d.refclassid = 1259 AND d.refobjid = t.attrelid
  AND d.classid IN (1255, 2618, 3256)
WHERE t.attrelid = ANY ($1) AND t.attnum > 0 AND age(t.xmin) <= $2)"};

const Prepared kMembers = {"members", "int", R"(
SELECT 'members', CASE WHEN bool_or(age(xmin) <= $1) THEN -1 ELSE count(*) END::text
FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e')"};

namespace {

/// A query for the units of the rows "a" that `rows` selects.
Prepared units_of(std::string name, std::string parameters, std::string_view rows,
                  std::string sample) {
  return {std::move(name), std::move(parameters),
          fmt::format("WITH a AS ({}) SELECT 'written', {} FROM a", rows, kUnits),
          std::move(sample)};
}

}  // namespace

std::span<const CatalogSearch> searches() {
  static const std::array all = {
      CatalogSearch{kPgProc,
                    {"functions", "int",
                     "SELECT 'written', '1255', '1255', oid::text, NULL, oid::text FROM pg_proc "
                     "WHERE age(xmin) <= $1",
                     "0"}},
      CatalogSearch{kPgDescription,
                    units_of("described", "int",
                             "SELECT DISTINCT classoid AS class, objoid AS oid FROM pg_description "
                             "WHERE age(xmin) <= $1",
                             "0")},
      CatalogSearch{kPgEnum,
                    {"enums", "int",
                     "SELECT DISTINCT 'written', '1247', '1247', enumtypid::text, NULL, "
                     "enumtypid::text FROM pg_enum WHERE age(xmin) <= $1",
                     "0"}},
      CatalogSearch{kPgConstraint,
                    {"domains", "int",
                     "SELECT DISTINCT 'written', '1247', '1247', contypid::text, NULL, "
                     "contypid::text FROM pg_constraint WHERE contypid > 0 AND age(xmin) <= $1"}}};
  return all;
}

std::span<const CatalogSearch> lookups() {
  static const auto all = [] {
    std::vector<CatalogSearch> queries = {
        {kPgType,
         {"type_units", "oid[]",
          "SELECT 'written', '1247', CASE typrelid WHEN 0 THEN '1247' ELSE '1259' END, "
          "CASE typrelid WHEN 0 THEN oid ELSE typrelid END::text, NULL, oid::text "
          "FROM pg_type WHERE oid = ANY ($1)"}},
        {kPgConstraint,
         {"constraint_units", "oid[]",
          "SELECT 'written', '2606', CASE conrelid WHEN 0 THEN '1247' ELSE '1259' END, "
          "CASE conrelid WHEN 0 THEN contypid ELSE conrelid END::text, NULL, oid::text "
          "FROM pg_constraint WHERE oid = ANY ($1)"}}};
    for (const auto& [catalog, table, relation] :
         {std::tuple{kPgAttrdef, "pg_attrdef", "adrelid"},
          {kPgRewrite, "pg_rewrite", "ev_class"},
          {kPgTrigger, "pg_trigger", "tgrelid"},
          {kPgPolicy, "pg_policy", "polrelid"},
          {kPgStatisticExt, "pg_statistic_ext", "stxrelid"}}) {
      queries.push_back({catalog,
                         {fmt::format("{}_units", table), "oid[]",
                          fmt::format("SELECT 'written', '{}', '1259', {}::text, NULL, oid::text "
                                      "FROM {} WHERE oid = ANY ($1)",
                                      catalog, relation, table)}});
    }
    return queries;
  }();
  return all;
}

const Prepared kAllRelations = units_of(
    "all_relations", "int", "SELECT 1259 AS class, oid FROM pg_class WHERE age(xmin) <= $1", "0");
const Prepared kAllTypes = units_of(
    "all_types", "int", "SELECT 1247 AS class, oid FROM pg_type WHERE age(xmin) <= $1", "0");
const Prepared kAllAttributes = units_of(
    "all_attributes", "int",
    "SELECT DISTINCT 1259 AS class, attrelid AS oid FROM pg_attribute WHERE age(xmin) <= $1", "0");

// What mentions a table may mention its row type, and what mentions a type arrays of it.
const Prepared kDependents = {"dependents", "oid[], oid[]",
                              R"(
WITH named AS (SELECT * FROM unnest($1, $2) AS t(class, oid)),
types AS (SELECT oid FROM named WHERE class = 1247
  UNION SELECT c.reltype FROM named t JOIN pg_class c ON c.oid = t.oid WHERE t.class = 1259),
all_named AS (SELECT class, oid FROM named UNION SELECT 1247, oid FROM types
  UNION SELECT 1247, y.typarray FROM types t JOIN pg_type y ON y.oid = t.oid),
a AS (SELECT DISTINCT d.classid AS class, d.objid AS oid FROM all_named t
  JOIN pg_depend d ON d.refclassid = t.class AND d.refobjid = t.oid WHERE t.oid <> 0)
SELECT 'written', )" + kUnits + " FROM a"};

}  // namespace provision::postgresql
