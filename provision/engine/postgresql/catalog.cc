#include "provision/engine/postgresql/catalog.h"

#include <fmt/format.h>

#include <charconv>

#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

// Who owns the database owns what is in it, unless somebody else does: a copy of the database under
// another owner is no other schema.
constexpr std::string_view kOwner =
    "  CASE WHEN {0} <> (SELECT datdba FROM pg_database WHERE datname = current_database())\n"
    "    THEN pg_get_userbyid({0}) END AS owner,\n";

constexpr std::string_view kPrivileges =
    "  array_to_string({1}, ' ') AS acl,\n"
    "  CASE WHEN {1} IS NOT NULL THEN array_to_string(acldefault('{0}', {2}), ' ') END\n"
    "    AS \"usual acl\",\n";

std::string schema_condition(std::string_view row, const SchemaScope& scope) {
  std::string condition = fmt::format(
      "AND {0}.nspname !~ '^pg_' AND {0}.nspname <> 'information_schema' "
      "AND {0}.nspname <> 'provision'\n",
      row);
  if (scope.schemas.empty()) return condition;
  std::vector<std::string> names;
  for (const std::string& name : scope.schemas) names.push_back(sql_literal(name));
  return condition += fmt::format("AND {}.nspname IN ({})\n", row, joined(names, ", "));
}

/// True if `line` is for servers of `major`; what says so is taken off it.
bool is_for(std::string_view& line, int major) {
  while (line.size() > 1 && line[0] == '@' &&
         (line[1] == '-' || (line[1] >= '0' && line[1] <= '9'))) {
    int bound = 0;
    const bool is_upper = line[1] == '-';
    const auto end =
        std::from_chars(line.data() + (is_upper ? 2 : 1), line.data() + line.size(), bound);
    if (is_upper ? major > bound : major < bound) return false;
    line.remove_prefix(static_cast<size_t>(end.ptr - line.data()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
  return true;
}

std::vector<std::string> words_of(std::string_view line) { return split_list(line, ' '); }

}  // namespace

std::span<const CatalogQuery> catalog_queries() {
  static const std::vector<CatalogQuery> all = [] {
    std::vector<CatalogQuery> queries;
    for (const auto& family :
         {relation_queries(), constraint_queries(), program_queries(), routine_queries(),
          type_queries(), other_queries(), database_queries()}) {
      queries.insert(queries.end(), family.begin(), family.end());
    }
    return queries;
  }();
  return all;
}

std::string rendered(const CatalogQuery& query, int version, const SchemaScope& scope,
                     bool by_unit) {
  std::string sql;
  for (std::string_view line : lines_of(query.sql)) {
    if (!is_for(line, version / 10'000)) continue;
    const std::vector<std::string> words = words_of(line);
    if (line.starts_with("@owner ")) {
      sql += fmt::format(fmt::runtime(kOwner), words.at(1));
    } else if (line.starts_with("@acl ")) {
      sql += fmt::format(fmt::runtime(kPrivileges), words.at(1), words.at(2), words.at(3));
    } else if (line.starts_with("@schema ")) {
      sql += schema_condition(words.at(1), scope);
    } else if (line.starts_with("@unit ")) {
      if (by_unit) sql += fmt::format("AND {} = ANY ($1)\n", words.at(1));
    } else if (!line.empty()) {
      sql.append(line) += '\n';
    }
  }
  return sql;
}

std::string uncovered_query(int version) {
  std::string sql =
      "SELECT 'large object' AS what, count(*) FROM pg_largeobject_metadata "
      "UNION ALL SELECT 'security label', count(*) FROM pg_seclabel "
      "UNION ALL SELECT 'tablespace', count(*) FROM pg_tablespace WHERE oid >= 16384 "
      "UNION ALL SELECT 'options of a user mapping', count(*) FROM pg_user_mappings";
  if (version >= 150'000) {
    sql += " UNION ALL SELECT 'privilege on a parameter', count(*) FROM pg_parameter_acl";
  }
  return sql;
}

}  // namespace provision::postgresql
