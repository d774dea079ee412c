#include "provision/engine/postgresql/row_types.h"

#include <fmt/format.h>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

constexpr long long kFirstUserOid = 16384;

// `inside` are the types that a type is made of. The column for multiranges is newer than some
// servers that we work with, so that it is asked for by way of JSON.
constexpr std::string_view kTypes = R"(
WITH RECURSIVE reached(oid) AS (
  SELECT o::pg_catalog.oid FROM pg_catalog.unnest(ARRAY[{}]) o
  UNION
  SELECT inside.oid FROM reached JOIN pg_catalog.pg_type t USING (oid)
  CROSS JOIN LATERAL (
    SELECT t.typbasetype WHERE t.typtype = 'd'
    UNION ALL SELECT t.typelem WHERE t.typcategory = 'A' AND t.typelem <> 0
    UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
    UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE t.typtype = 'm'
      AND pg_catalog.to_jsonb(r) ->> 'rngmultitypid' = t.oid::pg_catalog.text
    UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ) inside(oid))
SELECT t.oid, CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN 'a' ELSE t.typtype::text END,
  inner_.oid, pg_catalog.format_type(inner_.oid, CASE WHEN t.typtype = 'd' THEN t.typtypmod END),
  (SELECT pg_catalog.string_agg(e.enumlabel, E'\x01' ORDER BY e.enumsortorder)
   FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
  (SELECT pg_catalog.string_agg(a.atttypid || E'\x01' ||
     pg_catalog.format_type(a.atttypid, a.atttypmod), E'\x01' ORDER BY a.attnum)
   FROM pg_catalog.pg_attribute a
   WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT pg_catalog.string_agg(pg_catalog.pg_get_expr(k.conbin, 0), E'\x01' ORDER BY k.oid)
   FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
  t.typnotnull::text
FROM reached JOIN pg_catalog.pg_type t USING (oid)
LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_range m ON t.typtype = 'm'
  AND pg_catalog.to_jsonb(m) ->> 'rngmultitypid' = t.oid::pg_catalog.text
CROSS JOIN LATERAL (SELECT COALESCE(r.rngsubtype, m.rngtypid, NULLIF(t.typbasetype, 0),
  CASE WHEN t.typcategory = 'A' THEN NULLIF(t.typelem, 0) END)) inner_(oid))";

std::vector<std::string> list_of(const std::optional<std::string>& text) {
  return text ? split_list(*text, '\x01') : std::vector<std::string>{};
}

}  // namespace

RowTypes::RowTypes(Connection& connection, const std::set<std::string>& oids) {
  std::vector<std::string> users;
  for (const std::string& oid : oids) {
    if (std::stoll(oid) >= kFirstUserOid) users.push_back(oid);
  }
  if (users.empty()) return;
  for (const Row& row :
       connection.query(fmt::format(fmt::runtime(kTypes), joined(users, ", "))).rows) {
    known_[row[0].value_or("")] = {.kind = row[1].value_or(""),
                                   .inner = row[2].value_or(""),
                                   .inner_text = row[3].value_or(""),
                                   .labels = list_of(row[4]),
                                   .attributes = list_of(row[5]),
                                   .checks = list_of(row[6]),
                                   .refuses_null = row[7] == "true"};
  }
}

ValueType RowTypes::at(const std::string& oid, const std::string& text) const {
  ValueType type = value_type(text);
  const auto found = known_.find(oid);
  if (found == known_.end()) return type;
  const Known& known = found->second;
  switch (known.kind.empty() ? '?' : known.kind[0]) {
    case 'd':
      // Spelled as what it is made of: a cast to the domain itself would refuse, not tell.
      type = domain(known);
      break;
    case 'e':
      type.kind = ValueKind::enumeration;
      type.labels = known.labels;
      break;
    case 'a':
    case 'r':
    case 'm':
      type.kind = known.kind == "a"   ? ValueKind::array
                  : known.kind == "r" ? ValueKind::range
                                      : ValueKind::multirange;
      type.parts = {at(known.inner, known.inner_text)};
      // A multirange is made of ranges, whose bounds are what its values are written with.
      if (known.kind == "m") type.parts = std::vector<ValueType>(type.parts.at(0).parts);
      break;
    case 'c':
      type.kind = ValueKind::composite;
      type.parts.clear();
      for (size_t i = 0; i + 1 < known.attributes.size(); i += 2) {
        type.parts.push_back(at(known.attributes[i], known.attributes[i + 1]));
      }
      break;
    default:
      break;
  }
  return type;
}

ValueType RowTypes::domain(const Known& known) const {
  ValueType type = at(known.inner, known.inner_text);
  type.checks.insert(type.checks.end(), known.checks.begin(), known.checks.end());
  return type;
}

bool RowTypes::refuses_null(const std::string& oid) const {
  const auto found = known_.find(oid);
  if (found == known_.end()) return false;
  const Known& known = found->second;
  return known.refuses_null || (known.kind == "d" && refuses_null(known.inner));
}

}  // namespace provision::postgresql
