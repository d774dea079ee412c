#include "provision/engine/postgresql/catalog_changes.h"

#include <fmt/format.h>

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
constexpr std::string_view kLockedByDdl = "1255,1260,2609,2615,2617,2964,3456";

constexpr std::string_view kStrong =
    "'ShareUpdateExclusiveLock','ShareLock','ShareRowExclusiveLock','ExclusiveLock',"
    "'AccessExclusiveLock'";

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Oid oid_of(std::string_view text) { return static_cast<Oid>(number(text)); }

/// What the transaction locked, and how often each catalog was written.
std::string sources(int version) {
  // Before 15 the counts of earlier transactions come late.
  const std::string_view flushed = version >= 150'000 ? "+ pg_stat_get_tuples_inserted(c) "
                                                        "+ pg_stat_get_tuples_updated(c)"
                                                      : "";
  const std::string_view gone = version >= 150'000 ? "+ pg_stat_get_tuples_deleted(c)" : "";
  return fmt::format(R"(WITH locks AS MATERIALIZED (
  SELECT locktype, mode, relation, classid, objid, virtualtransaction FROM pg_lock_status()
  WHERE pid = pg_backend_pid() AND locktype IN ('relation', 'object', 'virtualxid')),
writes AS MATERIALIZED (SELECT c, now, gone_now, now {0} AS versions, gone_now {1} AS gone
  FROM (SELECT c, pg_stat_get_xact_tuples_inserted(c) + pg_stat_get_xact_tuples_updated(c),
    pg_stat_get_xact_tuples_deleted(c) FROM unnest('{{{2}}}'::oid[]) c) counted(c, now, gone_now)),
locked(class, oid) AS MATERIALIZED (SELECT coalesce(classid, 1259), coalesce(objid, relation)
  FROM locks WHERE mode IN ({3}) AND (locktype = 'object' OR relation >= 16384)),
touched(oid) AS (SELECT DISTINCT relation FROM locks WHERE relation >= 16384
  AND mode IN ('RowExclusiveLock','ShareRowExclusiveLock','ExclusiveLock','AccessExclusiveLock')))",
                     flushed, gone, kCatalogs, kStrong);
}

/// The row of the session. `last` is the transaction of the look before.
std::string session_row(std::string_view last) {
  return fmt::format(R"(
SELECT 'session', pg_current_xact_id_if_assigned()::text,
  pg_snapshot_xmax(pg_current_snapshot())::text, current_setting('track_counts'),
  current_setting('provision.schema_read', true),
  coalesce(pg_xact_status({0}::text::xid8) IN ('committed', 'in progress'), false)::text,
  (SELECT string_agg(concat_ws(' ', c, versions, gone), ',') FROM writes),
  (SELECT string_agg(concat_ws(' ', class, oid), ',') FROM locked),
  (SELECT bool_or(mode IN ({1}) OR mode = 'RowExclusiveLock') FROM locks
    WHERE relation < 16384 AND relation NOT IN ({2}))::text,
  (SELECT max(split_part(virtualtransaction, '/', 2)) FROM locks),
  (SELECT string_agg(concat_ws(' ', oid, (pg_stat_get_xact_tuples_inserted(oid)
    + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) > 0)::int), ',')
    FROM touched),
  (SELECT string_agg(c::text, ',') FROM writes WHERE now > 0),
  greatest((SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_type))::text)",
                     last, kStrong, kLockedByDdl);
}

/// Takes each word of `list`, which is separated by commas, cut at its blanks.
template <typename Take>
void for_entries(std::string_view list, Take take) {
  for (const std::string& entry : split_list(list)) take(split_list(entry, ' '));
}

}  // namespace

WrittenRow WrittenRow::parsed(const RowView& row, size_t at) {
  WrittenRow written;
  written.catalog = oid_of(row[at].value());
  written.unit_catalog = oid_of(row[at + 1].value());
  if (row[at + 2]) written.unit = oid_of(*row[at + 2]);
  written.relation_kind = row[at + 3].value_or(std::string_view("\0", 1))[0];
  written.oid = oid_of(row[at + 4].value());
  return written;
}

void Probe::add(const RowView& row) {
  const auto value = [&row](size_t at) { return row[at].value_or(std::string_view()); };
  if (value(0) == "written") {
    written.push_back(WrittenRow::parsed(row, 1));
  } else if (value(0) == "attribute") {
    attributes.push_back({oid_of(value(1)), static_cast<int>(number(value(2))), value(3) == "true",
                          value(4) == "true", value(5) == "true"});
  } else if (value(0) == "members") {
    members = number(value(1));
  } else {
    transaction = number(value(1));
    horizon = transaction != 0 ? transaction : number(value(2));
    is_counting = value(3) == "on";
    mark = value(4);
    last_is_there = value(5) == "true";
    for_entries(value(6), [this](const std::vector<std::string>& words) {
      writes[oid_of(words[0])] = {number(words[1]), number(words[2])};
    });
    for_entries(value(7), [this](const std::vector<std::string>& words) {
      locked.push_back({oid_of(words[0]), oid_of(words[1])});
    });
    is_written_directly = value(8) == "true";
    local_transaction = number(value(9));
    for_entries(value(10), [this](const std::vector<std::string>& words) {
      touched.push_back({oid_of(words[0]), words[1] == "1"});
    });
    for (const std::string& catalog : split_list(value(11))) searched.insert(oid_of(catalog));
    newest = oid_of(value(12));
  }
}

std::string probe_query(int version, std::int64_t last) {
  return sources(version) + session_row(std::to_string(last));
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

// A catalog that was not written is not searched: the scan behind its switch is not begun. Where
// the transaction wrote as many rows among those that are locked, or have a new id, as it wrote at
// all, no others are looked for: a table with a new TOAST table was written twice. Rows of the
// transaction of the look before are new, too, but no writes of this one. Views and functions that
// mention a table may write it out differently when it has one more column.
Prepared look_query(int version) {
  const auto times = [](Oid catalog, std::string_view what = "now") {
    return fmt::format("(SELECT {} FROM writes WHERE c = {})", what, catalog);
  };
  // The age, at the look before, of what is new since.
  constexpr std::string_view kNew =
      "age(xmin) <= (SELECT (pg_current_xact_id_if_assigned()::text::bigint - $2)::int)";
  constexpr std::string_view kNow = "age(xmin) <= 0";
  std::string sql = sources(version);
  sql += fmt::format(R"(,
relation(oid, toast, now) AS MATERIALIZED (SELECT oid, reltoastrelid, {3} FROM pg_class
  WHERE {0} > 0 AND oid = ANY (ARRAY(SELECT oid FROM locked WHERE class = 1259)) AND {1}
  UNION SELECT oid, reltoastrelid, {3} FROM pg_class WHERE {0} > 0 AND oid > $3 AND {1}),
type(oid, now) AS MATERIALIZED (SELECT oid, {3} FROM pg_type WHERE {2} > 0 AND oid > $3 AND {1}),
found(class, oid) AS MATERIALIZED (SELECT * FROM locked UNION SELECT 1259, oid FROM relation
  UNION SELECT 1247, oid FROM type)",
                     times(kPgClass), kNew, times(kPgType), kNow);
  for (const auto& [catalog, table, columns, explained] :
       {std::tuple{
            kPgClass, "pg_class", "1259, oid",
            "(SELECT count(*) + count(*) FILTER (WHERE toast > $3) FROM relation WHERE now)"},
        {kPgType, "pg_type", "1247, oid", "(SELECT count(*) FROM type WHERE now)"},
        {kPgProc, "pg_proc", "1255, oid", "0"},
        {kPgDescription, "pg_description", "classoid, objoid", "0"},
        {kPgEnum, "pg_enum", "1247, enumtypid", "0"},
        {kPgConstraint, "pg_constraint WHERE contypid > 0", "1247, contypid", "0"}}) {
    const bool has_condition = std::string_view(table).find(' ') != std::string_view::npos;
    sql += fmt::format("\n  UNION SELECT {} FROM {} {} {} > {} AND {}", columns, table,
                       has_condition ? "AND" : "WHERE", times(catalog), explained, kNew);
  }
  sql += fmt::format(R"(),
attribute AS MATERIALIZED (SELECT attrelid, attnum, atthasdef, attisdropped, {5} AS now
  FROM pg_attribute
  WHERE {0} > 0 AND attrelid = ANY (ARRAY(SELECT oid FROM found WHERE class = 1259)) AND {1}),
a AS (SELECT class, oid FROM found UNION SELECT d.classid, d.objid FROM pg_depend d
  WHERE {0} > 0 AND d.refclassid = 1259 AND d.classid IN (1255, 2618, 3256) AND d.refobjid = ANY (
    ARRAY(SELECT attrelid FROM attribute WHERE attnum > 0
      AND attrelid = ANY (ARRAY(SELECT oid FROM locked)))))
{2}
UNION ALL SELECT 'written', {3}, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM a
UNION ALL SELECT 'attribute', attrelid::text, attnum::text, atthasdef::text, attisdropped::text,
  now::text, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM attribute
UNION ALL SELECT 'members', CASE WHEN bool_or({1}) THEN -1 ELSE count(*) END::text,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e' AND {4} > 0 HAVING {4} > 0)",
                     times(kPgAttribute), kNew, session_row("$1"), kUnits,
                     times(kPgDepend, "now + gone_now"), kNow);
  return {"look", "bigint, bigint, oid", std::move(sql)};
}

const Prepared kWrittenAttributes = {
    "written_attributes", "int",
    "WITH a AS (SELECT DISTINCT 1259 AS class, attrelid AS oid FROM pg_attribute "
    "WHERE age(xmin) <= $1) SELECT " +
        kUnits + " FROM a",
    "0"};

// What mentions a table may mention its row type, and what mentions a type arrays of it.
const Prepared kDependents = {"dependents", "oid[], oid[]",
                              R"(
WITH named AS (SELECT * FROM unnest($1, $2) AS t(class, oid)),
types AS (SELECT oid FROM named WHERE class = 1247
  UNION SELECT c.reltype FROM named t JOIN pg_class c ON c.oid = t.oid WHERE t.class = 1259),
all_named AS (SELECT class, oid FROM named UNION SELECT 1247, oid FROM types
  UNION SELECT 1247, y.typarray FROM types t JOIN pg_type y ON y.oid = t.oid),
a AS (SELECT DISTINCT d.classid AS class, d.objid AS oid FROM all_named t
  JOIN pg_depend d ON d.refclassid = t.class AND d.refobjid = t.oid WHERE t.oid <> 0) SELECT )" +
                                  kUnits + " FROM a"};

}  // namespace provision::postgresql
