#include "provision/engine/postgresql/catalog_changes.h"

#include <fmt/format.h>

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

Oid oid_of(std::string_view text) { return static_cast<Oid>(number(text)); }

/// What adds the counts that the server has collected already. Before 15 those of earlier
/// transactions come late.
struct Flushed {
  explicit Flushed(int version) {
    if (version < 150'000) return;
    versions = " + pg_stat_get_tuples_inserted(c) + pg_stat_get_tuples_updated(c)";
    gone = " + pg_stat_get_tuples_deleted(c)";
  }
  std::string_view versions, gone;
};

/// Of an array of numbers.
std::vector<std::string> elements(std::string_view array) {
  return array.size() <= 2 ? std::vector<std::string>()
                           : split_list(array.substr(1, array.size() - 2));
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
    explained[written.back().catalog] += number(value(6));
  } else if (value(0) == "attribute") {
    attributes.push_back({oid_of(value(1)), static_cast<int>(number(value(2))), value(3) == "true",
                          value(4) == "true", value(5) == "true"});
  } else if (value(0) == "mention") {
    mentions.emplace_back(WrittenRow::parsed(row, 1), oid_of(value(6)));
  } else if (value(0) == "members") {
    members = number(value(1));
  } else {
    add_session(row);
  }
}

void Probe::add_session(const RowView& row) {
  const auto value = [&row](size_t at) { return row[at].value_or(std::string_view()); };
  transaction = number(value(1));
  horizon = transaction != 0 ? transaction : number(value(2));
  is_counting = value(3) == "on";
  mark = value(4);
  last_is_there = value(5) == "true";
  const std::vector<std::string> catalogs = split_list(kCatalogs);
  const std::vector<std::string> versions = elements(value(6));
  const std::vector<std::string> gone = elements(value(7));
  for (size_t i = 0; i < catalogs.size(); ++i) {
    writes[oid_of(catalogs[i])] = {number(versions.at(i)), number(gone.at(i))};
  }
  for (const std::string& catalog : elements(value(8))) searched.insert(oid_of(catalog));
  for_entries(value(9), [this](const std::vector<std::string>& words) {
    locked.insert({oid_of(words[0]), oid_of(words[1])});
  });
  is_written_directly = value(10) == "true";
  local_transaction = number(value(11));
  std::map<Oid, bool> relations;
  for_entries(value(12), [&](const std::vector<std::string>& words) {
    relations[oid_of(words[0])] = words[1] == "1";
  });
  for (const auto& [oid, wrote] : relations) touched.push_back({oid, wrote});
  newest = oid_of(value(13));
  traits = {.comments = value(14) == "t",
            .inheritance = value(15) == "t",
            .tablespaces = value(16) == "t",
            .foreign = value(17) == "t"};
}

std::string probe_query(int version, std::string_view last) {
  const Flushed flushed(version);
  return fmt::format(R"(
SELECT 'session', pg_current_xact_id_if_assigned()::text,
  pg_snapshot_xmax(pg_current_snapshot())::text, current_setting('track_counts'),
  current_setting('provision.schema_read', true),
  coalesce(pg_xact_status({0}::text::xid8) IN ('committed', 'in progress'), false)::text,
  w.versions::text, w.gone::text, w.searched::text, l.locked, l.direct::text, l.local, l.touched,
  greatest((SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_type))::text,
  EXISTS (SELECT FROM pg_description WHERE objoid >= 16384), EXISTS (SELECT FROM pg_inherits),
  EXISTS (SELECT FROM pg_tablespace WHERE oid >= 16384), EXISTS (SELECT FROM pg_foreign_table)
FROM (SELECT array_agg(now{1}) AS versions, array_agg(gone_now{2}) AS gone,
    array_agg(c) FILTER (WHERE now > 0) AS searched
  FROM (SELECT c, pg_stat_get_xact_tuples_inserted(c) + pg_stat_get_xact_tuples_updated(c),
    pg_stat_get_xact_tuples_deleted(c) FROM unnest('{{{3}}}'::oid[]) c) AS counted(c, now, gone_now)
) w,
(SELECT string_agg(coalesce(classid, 1259) || ' ' || coalesce(objid, relation), ',')
    FILTER (WHERE mode IN ({4}) AND (locktype = 'object' OR relation >= 16384)) AS locked,
  bool_or((mode IN ({4}) OR mode = 'RowExclusiveLock') AND relation < 16384
    AND relation NOT IN ({5})) AS direct,
  max(split_part(virtualtransaction, '/', 2)) AS local,
  string_agg(relation || CASE WHEN pg_stat_get_xact_tuples_inserted(relation)
    + pg_stat_get_xact_tuples_updated(relation) + pg_stat_get_xact_tuples_deleted(relation) > 0
    THEN ' 1' ELSE ' 0' END, ',') FILTER (WHERE relation >= 16384
    AND mode IN ('RowExclusiveLock','ShareRowExclusiveLock','ExclusiveLock','AccessExclusiveLock'))
    AS touched
  FROM pg_lock_status()
  WHERE pid = pg_backend_pid() AND locktype IN ('relation', 'object', 'virtualxid')) l)",
                     last, flushed.versions, flushed.gone, kCatalogs, kStrong, kLockedByDdl);
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

// A sequence belongs to the table of its column.
const Prepared kWrittenRelations = {"written_relations", "oid[], oid, int", R"(
SELECT 'written', '1259', '1259', CASE
    WHEN relkind IN ('i', 'I') THEN (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid)
    WHEN relkind = 'S' THEN coalesce((SELECT d.refobjid FROM pg_depend d WHERE d.classid = 1259
      AND d.objid = c.oid AND d.refclassid = 1259 AND d.refobjsubid > 0
      AND d.deptype IN ('a', 'i')), c.oid)
    ELSE c.oid END::text, relkind::text, c.oid::text,
  CASE WHEN age(written) > 0 THEN 0 WHEN reltoastrelid > $2 THEN 2 ELSE 1 END::text
FROM (SELECT oid, relkind, reltoastrelid, xmin AS written FROM pg_class WHERE oid = ANY ($1)
  UNION ALL SELECT oid, relkind, reltoastrelid, xmin FROM pg_class
  WHERE oid > $2 AND oid <> ALL ($1) AND age(xmin) <= $3) c)"};

const Prepared kWrittenTypes = {"written_types", "oid[], oid, int", R"(
SELECT 'written', '1247', CASE typrelid WHEN 0 THEN 1247 ELSE 1259 END::text,
  CASE typrelid WHEN 0 THEN oid ELSE typrelid END::text, NULL, oid::text,
  CASE WHEN age(written) > 0 THEN 0 ELSE 1 END::text
FROM (SELECT oid, typrelid, xmin AS written FROM pg_type WHERE oid = ANY ($1)
  UNION ALL SELECT oid, typrelid, xmin FROM pg_type
  WHERE oid > $2 AND oid <> ALL ($1) AND age(xmin) <= $3) t)"};

const Prepared kNewAttributes = {"new_attributes", "oid[], oid, int", R"(
SELECT 'attribute', attrelid::text, attnum::text, atthasdef::text, attisdropped::text,
  (age(written) <= 0)::text
FROM (SELECT attrelid, attnum, atthasdef, attisdropped, xmin AS written FROM pg_attribute
    WHERE attrelid = ANY ($1) AND age(xmin) <= $3
  UNION ALL SELECT attrelid, attnum, atthasdef, attisdropped, xmin FROM pg_attribute
    WHERE attrelid > $2 AND attrelid <> ALL ($1) AND age(xmin) <= $3) a)"};

const Prepared kMentions = {"mentions", "oid[]", R"(
SELECT 'mention', classid::text, CASE classid WHEN 1255 THEN 1255 ELSE 1259 END::text,
  CASE classid WHEN 1255 THEN objid
    WHEN 2618 THEN (SELECT ev_class FROM pg_rewrite WHERE oid = objid)
    ELSE (SELECT polrelid FROM pg_policy WHERE oid = objid) END::text,
  NULL, objid::text, refobjid::text
FROM pg_depend
WHERE refclassid = 1259 AND refobjid = ANY ($1) AND classid IN (1255, 2618, 3256))"};

const Prepared kMembers = {"members", "int", R"(
SELECT 'members', CASE WHEN bool_or(age(xmin) <= $1) THEN -1 ELSE count(*) END::text
FROM pg_depend WHERE refclassid = 3079 AND deptype = 'e')"};

const Prepared kUnitsOf = {
    "units_of", "oid[], oid[]",
    "SELECT 'written', " + kUnits + ", '0' FROM unnest($1, $2) AS a(class, oid)"};

std::optional<Prepared> scan_of(Oid catalog) {
  std::string_view rows;
  switch (catalog) {
    case kPgClass:
      rows = "1259, oid FROM pg_class WHERE";
      break;
    case kPgType:
      rows = "1247, oid FROM pg_type WHERE";
      break;
    case kPgProc:
      rows = "1255, oid FROM pg_proc WHERE";
      break;
    case kPgDescription:
      rows = "classoid, objoid FROM pg_description WHERE";
      break;
    case kPgEnum:
      rows = "1247, enumtypid FROM pg_enum WHERE";
      break;
    case kPgConstraint:
      rows = "1247, contypid FROM pg_constraint WHERE contypid > 0 AND";
      break;
    default:
      return std::nullopt;
  }
  return Prepared{fmt::format("scan_{}", catalog), "int",
                  fmt::format("WITH a(class, oid) AS (SELECT DISTINCT {} age(xmin) <= $1) "
                              "SELECT 'written', {}, '0' FROM a",
                              rows, kUnits),
                  "0"};
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
