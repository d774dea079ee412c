#include "provision/engine/postgresql/catalog_changes.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

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

Oid oid(std::string_view text) { return static_cast<Oid>(number(text)); }

}  // namespace

Prepared probe_query(int version) {
  // Before 15 the counts of earlier transactions come late.
  const std::string_view flushed = version >= 150'000 ? "+ pg_stat_get_tuples_inserted(c) "
                                                        "+ pg_stat_get_tuples_updated(c)"
                                                      : "";
  const std::string_view gone = version >= 150'000 ? "+ pg_stat_get_tuples_deleted(c)" : "";
  std::string sql = fmt::format(
      "SELECT pg_current_xact_id_if_assigned()::text, "
      "pg_snapshot_xmax(pg_current_snapshot())::text, "
      "(SELECT string_agg(name, ',') FROM pg_prepared_statement() WHERE name LIKE "
      "'provision\\_%'), "
      "current_setting('track_counts'), current_setting('provision.schema_read', true), "
      "coalesce(pg_xact_status($1::text::xid8) IN ('committed', 'in progress'), false), "
      "(SELECT string_agg(concat_ws(' ', c, pg_stat_get_xact_tuples_inserted(c) "
      "+ pg_stat_get_xact_tuples_updated(c) {0}, pg_stat_get_xact_tuples_deleted(c) {1}), ',') "
      "FROM unnest('{{{2}}}'::oid[]) c), l.rows, l.direct, l.local "
      "FROM (SELECT string_agg(concat_ws(' ', coalesce(classid, 1259), coalesce(objid, relation)), "
      "',') FILTER (WHERE mode IN ({3}) AND (locktype = 'object' OR relation >= 16384)) AS rows, "
      "bool_or(relation < 16384 AND relation NOT IN ({4}) AND (mode IN ({3}) "
      "OR mode = 'RowExclusiveLock')) AS direct, max(split_part(virtualtransaction, '/', 2)) AS "
      "local "
      "FROM pg_lock_status() WHERE pid = pg_backend_pid() "
      "AND locktype IN ('relation', 'object', 'virtualxid')) l",
      flushed, gone, kCatalogs, kStrong, kLockedByDdl);
  return {"probe", "bigint", std::move(sql)};
}

Probe parsed_probe(const RowView& row) {
  const auto value = [&row](size_t at) { return row[at].value_or(std::string_view()); };
  Probe probe;
  probe.transaction = number(value(0));
  probe.horizon = probe.transaction != 0 ? probe.transaction : number(value(1));
  for (std::string& name : split_list(value(2))) probe.prepared.insert(std::move(name));
  probe.is_counting = value(3) == "on";
  probe.mark = value(4);
  probe.last_is_there = value(5) == "t";
  for (const std::string& entry : split_list(value(6))) {
    const std::vector<std::string> words = split_list(entry, ' ');
    probe.writes[oid(words[0])] = {number(words[1]), number(words[2])};
  }
  for (const std::string& entry : split_list(value(7))) {
    const std::vector<std::string> words = split_list(entry, ' ');
    probe.locked.push_back({oid(words[0]), oid(words[1])});
  }
  probe.is_written_directly = value(8) == "t";
  probe.local_transaction = number(value(9));
  return probe;
}

std::string mark_query(const std::string& mark) {
  return fmt::format("SELECT pg_catalog.set_config('provision.schema_read', '{}', true)", mark);
}

// Of rows "a" with a class and an oid.
const std::string kUnits = R"(SELECT 'unit', a.class::bigint,
  CASE WHEN a.class IN (1259, 2604, 2618, 2620, 3256, 3381) THEN 1259
    WHEN a.class = 2606 AND EXISTS (SELECT FROM pg_constraint WHERE oid = a.oid AND conrelid = 0)
      THEN 1247
    WHEN a.class = 2606 THEN 1259
    WHEN a.class = 1247 AND EXISTS (SELECT FROM pg_type WHERE oid = a.oid AND typrelid <> 0)
      THEN 1259
    ELSE a.class END::bigint,
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
    ELSE a.oid END::bigint,
  CASE WHEN a.class = 1259 THEN (SELECT relkind::text FROM pg_class WHERE oid = a.oid) END, a.oid
FROM a)";

// A switch that is off costs nothing: the scan behind it is not begun. Views and functions that
// mention a table may write it out differently when it has one more column.
const Prepared kWritten = {"written",
                           "int, bool, bool, bool, bool, bool, bool, bool, bool, oid[], oid[]",
                           R"(
WITH found AS MATERIALIZED (SELECT * FROM unnest($10, $11) AS l(class, oid)
UNION SELECT 1259, oid FROM pg_class WHERE $2 AND age(xmin) <= $1
UNION SELECT 1255, oid FROM pg_proc WHERE $3 AND age(xmin) <= $1
UNION SELECT 1247, oid FROM pg_type WHERE $4 AND age(xmin) <= $1
UNION SELECT classoid, objoid FROM pg_description WHERE $5 AND age(xmin) <= $1
UNION SELECT 1247, enumtypid FROM pg_enum WHERE $6 AND age(xmin) <= $1
UNION SELECT 1247, contypid FROM pg_constraint WHERE $7 AND contypid > 0 AND age(xmin) <= $1),
attribute AS MATERIALIZED (SELECT attrelid, attnum, atthasdef, attisdropped FROM pg_attribute
  WHERE $9 AND attrelid = ANY (ARRAY(SELECT oid FROM found WHERE class = 1259))
    AND age(xmin) <= $1),
a AS (SELECT class, oid FROM found UNION SELECT d.classid, d.objid FROM pg_depend d
  WHERE $9 AND d.refclassid = 1259 AND d.classid IN (1255, 2618, 3256) AND d.refobjid = ANY (
    ARRAY(SELECT attrelid FROM attribute WHERE attnum > 0 AND attrelid = ANY ($11)))) )" +
                               kUnits + R"(
UNION ALL SELECT 'attribute', attrelid::bigint, attnum, atthasdef::int, attisdropped::int::text, NULL
  FROM attribute
UNION ALL SELECT 'members', CASE WHEN bool_or(age(xmin) <= $1) THEN -1 ELSE count(*) END,
  NULL, NULL, NULL, NULL
  FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e' HAVING $8)",
                           "0, true, true, true, true, true, true, true, true, '{}', '{}'"};

const Prepared kWrittenAttributes = {
    "written_attributes", "int",
    "WITH a AS (SELECT DISTINCT 1259 AS class, attrelid AS oid FROM pg_attribute "
    "WHERE age(xmin) <= $1) " +
        kUnits,
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
  JOIN pg_depend d ON d.refclassid = t.class AND d.refobjid = t.oid WHERE t.oid <> 0) )" +
                                  kUnits};

}  // namespace provision::postgresql
