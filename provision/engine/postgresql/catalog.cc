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

// A list that means the same in any order: a dump sorts it, each database by its own collation.
constexpr std::string_view kList =
    "  CASE WHEN {0} IS NOT NULL\n"
    "    THEN (SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest({0}) o) END\n"
    "    AS \"{1}\",\n";

constexpr std::string_view kGiven =
    "  array_to_string(coalesce({1}, acldefault('{0}', {2})), ' ') AS acl,\n"
    "  array_to_string(coalesce(i.initprivs, acldefault('{0}', {2})), ' ') AS \"usual acl\",\n"
    "  '' AS given\n";

constexpr std::string_view kInstalled =
    "AND ((n.nspname = 'pg_catalog' AND {2} < 16384) OR EXISTS\n"
    "  (SELECT FROM pg_depend e WHERE e.classid = {1} AND e.objid = {2} AND e.deptype = 'e'))\n";

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

/// What "@+word" asks for.
bool has_trait(std::string_view word, const Traits& traits) {
  if (word == "comments") return traits.comments;
  if (word == "inheritance") return traits.inheritance;
  if (word == "tablespaces") return traits.tablespaces;
  return traits.foreign;
}

/// True if `line` is for servers of `major` and databases of `traits`; what says so is taken off
/// it.
bool is_for(std::string_view& line, int major, const Traits& traits) {
  while (line.size() > 1 && line[0] == '@' &&
         (line[1] == '-' || line[1] == '+' || (line[1] >= '0' && line[1] <= '9'))) {
    if (line[1] == '+') {
      const size_t end = line.find(' ');
      if (!has_trait(line.substr(2, end - 2), traits)) return false;
      line.remove_prefix(end + 1);
      continue;
    }
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

/// What "@locks x condition" says.
struct Locking {
  std::string_view unit;
  std::string_view condition;
};

Locking locking_of(std::string_view line) {
  line.remove_prefix(line.find(' ') + 1);
  const size_t end = line.find(' ');
  return {line.substr(0, end), line.substr(end + 1)};
}

/// The lines of a query that are not SQL as they are.
std::string expanded(std::string_view line, const SchemaScope& scope) {
  const std::vector<std::string> words = words_of(line);
  const auto filled = [&words](std::string_view text) {
    const std::string third = words.size() > 3 ? words[3] : std::string();
    return fmt::format(fmt::runtime(text), words.at(1), words.size() > 2 ? words[2] : third, third);
  };
  if (words[0] == "@owner") return filled(kOwner);
  if (words[0] == "@acl") return filled(kPrivileges);
  if (words[0] == "@list") {
    const std::string name = joined({words.begin() + 2, words.end()}, " ");
    return fmt::format(fmt::runtime(kList), words.at(1), name);
  }
  if (words[0] == "@given") return filled(kGiven);
  if (words[0] == "@installed") return filled(kInstalled);
  return schema_condition(words.at(1), scope);
}

/// Hands each line of `query` that is for servers of `version` to `use`.
template <typename Use>
void for_lines(const CatalogQuery& query, int version, const Traits& traits, Use use) {
  for (std::string_view line : lines_of(query.sql)) {
    if (!line.empty() && is_for(line, version / 10'000, traits)) use(line);
  }
}

/// `sql` with NULL for every definition that takes a lock on a table to write out.
std::string without_definitions(std::string sql) {
  for (const std::string_view function :
       {"pg_get_expr(", "pg_get_viewdef(", "pg_get_constraintdef(", "pg_get_indexdef(",
        "pg_get_triggerdef(", "pg_get_ruledef(", "pg_get_statisticsobjdef(", "pg_get_partkeydef(",
        "pg_get_function_sqlbody("}) {
    constexpr std::string_view kNothing = "concat_ws(NULL, ";
    for (size_t at = 0; (at = sql.find(function, at)) != std::string::npos; at += kNothing.size()) {
      sql.replace(at, function.size(), kNothing);
    }
  }
  return sql;
}

}  // namespace

int Traits::key() const {
  return (comments ? 1 : 0) + (inheritance ? 2 : 0) + (tablespaces ? 4 : 0) + (foreign ? 8 : 0);
}

std::span<const CatalogQuery> catalog_queries() {
  static const std::vector<CatalogQuery> all = [] {
    std::vector<CatalogQuery> queries;
    for (const auto& family :
         {relation_queries(), constraint_queries(), program_queries(), routine_queries(),
          type_queries(), other_queries(), database_queries(), privilege_queries()}) {
      queries.insert(queries.end(), family.begin(), family.end());
    }
    return queries;
  }();
  return all;
}

std::string rendered(const CatalogQuery& query, int version, const SchemaScope& scope, bool by_unit,
                     const Traits& traits) {
  std::string sql;
  for_lines(query, version, traits, [&](std::string_view line) {
    if (!line.starts_with('@')) {
      sql.append(line) += '\n';
    } else if (line.starts_with("@unit ")) {
      if (by_unit) sql += fmt::format("AND {} = ANY ($1)\n", words_of(line).at(1));
    } else if (!line.starts_with("@locks ") && !line.starts_with("@keeps ")) {
      sql += expanded(line, scope);
    }
  });
  return sql;
}

std::vector<QueryPart> parts_of(const CatalogQuery& query, int version, const SchemaScope& scope,
                                const Survey& survey) {
  const std::string whole = rendered(query, version, scope, false);
  Locking locking;
  bool keeps = false;
  for_lines(query, version, {}, [&](std::string_view line) {
    if (!line.starts_with("@locks ") && !line.starts_with("@keeps ")) return;
    keeps = line.starts_with("@keeps ");
    locking = locking_of(line);
  });
  const bool any_locked = survey.locked != "{}" && !locking.unit.empty();
  if (!keeps && !any_locked) return {{whole}};
  const std::string free = fmt::format("({}) IS NOT TRUE", locking.condition);
  const std::string unlocked = fmt::format("{} <> ALL ('{}'::oid[])", locking.unit, survey.locked);
  std::vector<QueryPart> parts;
  if (keeps) {
    parts.push_back({fmt::format("{}AND {}\n", whole, free)});
    for (int batch = 0; batch < survey.batches; ++batch) {
      parts.push_back(
          {fmt::format("{}AND ({}) AND {} AND (hashoid({}) & 65535) % {} = {}\n", whole,
                       locking.condition, unlocked, locking.unit, survey.batches, batch),
           true});
    }
  } else {
    parts.push_back({fmt::format("{}AND ({} OR {})\n", whole, free, unlocked)});
  }
  if (any_locked) {
    parts.push_back({fmt::format("{}AND ({}) AND NOT {}\n", without_definitions(whole),
                                 locking.condition, unlocked),
                     false, true});
  }
  return parts;
}

}  // namespace provision::postgresql
