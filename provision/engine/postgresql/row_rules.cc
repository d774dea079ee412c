// The rules that rows of tables obey, in one question; a second one where types are user-made.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"
#include "provision/engine/postgresql/row_types.h"

namespace provision::postgresql {
namespace {

// The tables, their columns and their keys.
constexpr std::string_view kKeys = R"(
WITH t AS MATERIALIZED (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
    AND n.nspname NOT IN ('information_schema', 'provision') {}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
        AND d.deptype = 'e'))
SELECT 't', t.oid, 0, nspname::text, relname::text,
       (SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE t.relispartition AND c.oid = pg_catalog.pg_partition_root(t.oid)),
       relkind::text, NULL, NULL FROM t
UNION ALL
SELECT 'c', t.oid, a.attnum, a.attname::text, a.atttypid::text,
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       (a.attgenerated <> '')::text,
       CASE WHEN a.attidentity <> '' THEN a.attidentity::text WHEN a.atthasdef THEN '+' ||
         (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
          WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END
FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'u', t.oid, pg_catalog.row_number() OVER (ORDER BY NOT i.indisprimary, i.indexrelid)::int,
       pg_catalog.array_to_string(ARRAY(
         SELECT a.attname::text FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) p
         JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[p]
         ORDER BY p), E'\x01'), i.indisprimary::text, (NOT i.indimmediate)::text, NULL, NULL, NULL
FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
WHERE i.indisunique OR i.indisexclusion)";

// The partitions of a table take a row if the condition of one of them holds, so that together they
// are one check more; a default partition takes what the others do not.
constexpr std::string_view kMore = R"(
UNION ALL
SELECT 'f', t.oid, f.oid::int, k.names, n.nspname::text, c.relname::text, k.targets,
       f.condeferrable::text, NULL
FROM t JOIN pg_catalog.pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
JOIN pg_catalog.pg_class c ON c.oid = f.confrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.string_agg(a.attname, E'\x01' ORDER BY p) AS names,
         pg_catalog.string_agg(b.attname, E'\x01' ORDER BY p) AS targets
  FROM pg_catalog.generate_subscripts(f.conkey, 1) p
  JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[p]
  JOIN pg_catalog.pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[p]) k
UNION ALL
SELECT 'k', t.oid, k.oid::int, pg_catalog.pg_get_expr(k.conbin, k.conrelid), NULL, NULL, NULL, NULL,
       NULL
FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'c'
UNION ALL
SELECT 'p', t.oid, 0, (SELECT CASE WHEN pg_catalog.bool_or(b.bound = 'DEFAULT') THEN 'DEFAULT'
         ELSE pg_catalog.string_agg('(' || b.condition || ')', ' OR ' ORDER BY b.condition) END
       FROM (SELECT pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
                    pg_catalog.pg_get_partition_constraintdef(c.oid) AS condition
             FROM pg_catalog.pg_partition_tree(t.oid) x
             JOIN pg_catalog.pg_class c ON c.oid = x.relid WHERE x.isleaf AND x.relid <> t.oid) b),
       NULL, NULL, NULL, NULL, NULL
FROM t WHERE t.relkind = 'p' AND NOT t.relispartition)";

/// A condition that leaves no table out whose id is among `tables`, and few others: names may have
/// points in them, so that every one of them may be the last of the schema's name.
std::string condition_for(const std::optional<std::set<std::string>>& tables) {
  if (!tables) return {};
  std::set<std::string> names;
  for (const std::string& id : *tables) {
    for (size_t at = id.find('.'); at != std::string::npos; at = id.find('.', at + 1)) {
      names.insert(sql_literal(id.substr(at + 1)));
    }
  }
  if (names.empty()) return "AND false";
  return fmt::format("AND c.relname IN ({})", fmt::join(names, ", "));
}

std::vector<std::string> names_of(const std::optional<std::string>& text) {
  return text ? split_list(*text, '\x01') : std::vector<std::string>{};
}

/// Puts together what the rows say; `types` are the types by OID.
class Reading {
 public:
  explicit Reading(const RowTypes& types) : types_(types) {}

  void add(const Row& row) {
    RowRules& rules = rules_[row[1].value_or("")];
    switch (row[0].value_or("?")[0]) {
      case 't':
        rules.schema = row[3].value_or("");
        rules.name = row[4].value_or("");
        rules.partition_of = row[5].value_or("");
        break;
      case 'c':
        rules.columns.push_back(column(row));
        break;
      case 'u':
        rules.keys.push_back({names_of(row[3]), row[4] == "true"});
        rules.has_deferred = rules.has_deferred || row[5] == "true";
        break;
      case 'f':
        rules.references.push_back({names_of(row[3]), row[4].value_or(""), row[5].value_or(""),
                                    names_of(row[6]), row[7] == "true"});
        rules.has_deferred = rules.has_deferred || row[7] == "true";
        break;
      case 'k':
        rules.checks.push_back(row[3].value_or(""));
        break;
      default:
        rules.has_no_partition = !row[3];
        if (row[3] && row[3] != "DEFAULT") rules.checks.push_back(*row[3]);
    }
  }

  std::vector<RowRules> finish(const std::optional<std::set<std::string>>& tables) {
    std::vector<RowRules> result;
    for (auto& [oid, rules] : rules_) {
      if (!tables || tables->contains(rules.id())) result.push_back(std::move(rules));
    }
    std::sort(result.begin(), result.end(),
              [](const RowRules& a, const RowRules& b) { return a.id() < b.id(); });
    return result;
  }

 private:
  RuledColumn column(const Row& row) const {
    RuledColumn column;
    column.name = row[3].value_or("");
    column.type = types_.at(row[4].value_or(""), row[5].value_or(""));
    column.not_null = row[6] == "true" || types_.refuses_null(row[4].value_or(""));
    column.generated = row[7] == "true";
    column.has_default = row[8].has_value() && !column.generated;
    column.identity_always = row[8] == "a";
    if (row[8].value_or("").starts_with('+')) column.default_text = plain_text(row[8]->substr(1));
    return column;
  }

  const RowTypes& types_;
  std::map<std::string, RowRules> rules_;  ///< by OID
};

}  // namespace

std::vector<RowRules> row_rules(Connection& connection,
                                const std::optional<std::set<std::string>>& tables,
                                RuleDetail detail) {
  std::string sql = fmt::format(fmt::runtime(kKeys), condition_for(tables));
  if (detail == RuleDetail::all) sql += kMore;
  const Rows rows = connection.query(sql + " ORDER BY 2, 1, 3");
  std::set<std::string> oids;
  for (const Row& row : rows.rows) {
    if (row[0] == "c") oids.insert(row[4].value_or(""));
  }
  const RowTypes types(connection, oids);
  Reading reading(types);
  for (const Row& row : rows.rows) reading.add(row);
  return reading.finish(tables);
}

}  // namespace provision::postgresql
