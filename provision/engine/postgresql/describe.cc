// A table's shape, in one question.
#include "provision/base/text.h"
#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {
namespace {

// Rows of three kinds, told apart by the first column: the table, its columns, keys, references.
constexpr std::string_view kShape = R"(
WITH t AS (
  SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = pg_catalog.to_regclass({}) AND c.relkind IN ('r', 'p', 'f'))
SELECT 't', 0, 0, nspname::text, relname::text, NULL::text, NULL::text, NULL::text, NULL::text FROM t
UNION ALL
SELECT 'c', 0, a.attnum, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull::text, (a.attgenerated <> '')::text,
       (a.atthasdef OR a.attidentity <> '')::text, (a.attidentity = 'a')::text
FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'k', pg_catalog.row_number() OVER (ORDER BY NOT i.indisprimary, i.indexrelid)::int, 0,
       pg_catalog.array_to_string(ARRAY(
         SELECT a.attname::text FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) p
         JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[p]
         ORDER BY p), E'\x01'),
       NULL, NULL, NULL, NULL, NULL
FROM t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
UNION ALL
SELECT DISTINCT 'r', 0, 0, n.nspname || '.' || c.relname, NULL, NULL, NULL, NULL, NULL
FROM t JOIN pg_catalog.pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
JOIN pg_catalog.pg_class c ON c.oid = f.confrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY 1, 2, 3, 4)";

std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  size_t begin = 0;
  while (true) {
    const size_t end = text.find('\x01', begin);
    names.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return names;
    begin = end + 1;
  }
}

TableColumn column_of(const Row& row) {
  TableColumn column;
  column.name = row[3].value_or("");
  column.type = row[4].value_or("");
  column.not_null = row[5] == "true";
  column.generated = row[6] == "true";
  column.has_default = row[7] == "true" && !column.generated;
  column.identity_always = row[8] == "true";
  return column;
}

}  // namespace

std::optional<TableShape> describe_table(Connection& connection, std::string_view schema,
                                         std::string_view table) {
  const std::string name = sql_name(schema, table);
  const Rows rows = connection.query(fmt::format(fmt::runtime(kShape), sql_literal(name)));
  TableShape shape;
  for (const Row& row : rows.rows) {
    switch (row[0].value_or("?")[0]) {
      case 't':
        shape.schema = row[3].value_or("");
        shape.name = row[4].value_or("");
        break;
      case 'c':
        shape.columns.push_back(column_of(row));
        break;
      case 'k':
        shape.unique_keys.push_back(names_of(row[3].value_or("")));
        break;
      default:
        shape.references.push_back(row[3].value_or(""));
    }
  }
  if (shape.name.empty()) return std::nullopt;
  return shape;
}

}  // namespace provision::postgresql
