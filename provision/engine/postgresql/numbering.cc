// Where the sequences stand that number the rows of tables.
#include <fmt/format.h>

#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {
namespace {

// A sequence numbers a column that has it as its identity, or whose default draws from it.
constexpr std::string_view kSequences = R"(
SELECT n.nspname, c.relname, a.attname, d.seq::text, sn.nspname, s.relname, q.seqincrement::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid IN (20, 21, 23)
CROSS JOIN LATERAL (
  SELECT i.objid AS seq FROM pg_catalog.pg_depend i
  WHERE i.classid = 1259 AND i.refclassid = 1259 AND i.refobjid = c.oid
    AND i.refobjsubid = a.attnum AND i.deptype = 'i'
  UNION
  SELECT u.refobjid FROM pg_catalog.pg_attrdef f
  JOIN pg_catalog.pg_depend u ON u.classid = 2604 AND u.objid = f.oid AND u.refclassid = 1259
  WHERE f.adrelid = c.oid AND f.adnum = a.attnum) d
JOIN pg_catalog.pg_class s ON s.oid = d.seq AND s.relkind = 'S'
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0
WHERE c.relkind IN ('r', 'p') AND n.nspname || '.' || c.relname IN ({}))";

constexpr std::string_view kPosition =
    "SELECT {}, last_value + CASE WHEN is_called THEN {} ELSE 0 END, "
    "(SELECT pg_catalog.max({}) FROM {}) FROM {}";

}  // namespace

std::vector<Numbering> PostgresqlDatabase::numberings(const std::set<std::string>& tables) {
  if (tables.empty()) return {};
  std::vector<std::string> names;
  for (const std::string& id : tables) names.push_back(sql_literal(id));
  std::vector<Numbering> found;
  std::vector<std::string> positions;
  const Rows sequences = query(fmt::format(fmt::runtime(kSequences), joined(names, ", ")));
  for (const Row& row : sequences.rows) {
    const auto text = [&row](size_t at) { return row.at(at).value_or(""); };
    positions.push_back(fmt::format(fmt::runtime(kPosition), found.size(), text(6),
                                    sql_identifier(text(2)), sql_name(text(0), text(1)),
                                    sql_name(text(4), text(5))));
    found.push_back({text(0) + "." + text(1), text(2), text(3)});
  }
  if (found.empty()) return {};
  for (const Row& row : query(joined(positions, " UNION ALL ")).rows) {
    Numbering& one = found.at(std::stoul(row.at(0).value_or("0")));
    one.next = std::stoll(row.at(1).value_or("0"));
    if (row.at(2)) one.highest = std::stoll(*row.at(2));
  }
  return found;
}

}  // namespace provision::postgresql
