#include "harness/table_fill.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"

using namespace provision;

namespace harness {
namespace {

// References are spread over so many rows of the table that they point to.
constexpr int kParentRows = 200;
constexpr std::int64_t kCandidates = 240;
// Rows that are tried one by one: each costs some round trips.
constexpr int kSingleTries = 24;
constexpr std::int64_t kFarOrdinal = 500;

constexpr std::string_view kSkipConflicts = " ON CONFLICT DO NOTHING";

std::string names_of(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(sql_identifier(column));
  return joined(names, ", ");
}

/// The departures from the plain row, mildest first; each is tried on several rows.
Variation variation_of(std::int64_t number) {
  Variation variation;
  variation.way = static_cast<size_t>(number / 5);
  const std::int64_t kind = number % 5;
  variation.shuffled = kind > 0;
  variation.with_nulls = kind == 2 || kind == 4;
  variation.unhinted = kind > 2;
  return variation;
}

}  // namespace

TableFill::TableFill(Database& database, const RowRules& rules, std::int64_t present,
                     const std::vector<const RowRules*>& later)
    : database_(database), rules_(rules), present_(present), maker_(rules, parents(later)) {}

std::vector<std::vector<Row>> TableFill::parents(const std::vector<const RowRules*>& later) {
  std::vector<std::vector<Row>> all;
  for (const ReferenceRule& reference : rules_.references) {
    std::vector<Row>& rows = all.emplace_back(rows_of_parent(reference));
    const auto parent = std::find_if(later.begin(), later.end(), [&](const RowRules* table) {
      return table->id() == reference.target_id();
    });
    const bool can_wait = reference.deferrable && rules_.requires_target(reference);
    if (!rows.empty() || parent == later.end() || !can_wait) continue;
    const RowMaker maker(**parent, {});
    for (std::int64_t i = 0; i < kParentRows; ++i) {
      rows.push_back(maker.plain_values(i, reference.target_columns));
    }
    predicted_.push_back(&reference);
  }
  return all;
}

std::vector<Row> TableFill::rows_of_parent(const ReferenceRule& reference) {
  const std::string columns = names_of(reference.target_columns);
  std::vector<std::string> conditions;
  for (const std::string& column : reference.target_columns) {
    conditions.push_back(sql_identifier(column) + " IS NOT NULL");
  }
  try {
    return database_
        .query(fmt::format("SELECT DISTINCT {0} FROM {1} WHERE {2} ORDER BY {0} LIMIT {3}", columns,
                           sql_name(reference.schema, reference.table), joined(conditions, " AND "),
                           kParentRows))
        .rows;
  } catch (const Error& error) {
    // A reference to a table that is not there, which some engines let be.
    if (error.kind() != ErrorKind::refused) throw;
    return {};
  }
}

std::int64_t TableFill::add(std::int64_t wanted) {
  if (!predicted_.empty()) database_.execute(database_.dialect().defer_constraints);
  std::int64_t added = add_plain(wanted);
  if (added < wanted && missing_parent_.empty()) added += add_tried(wanted - added);
  if (added < wanted && missing_parent_.empty()) added += add_sparse(wanted - added);
  if (added < wanted && trouble_.empty()) trouble_ = "it does not keep the rows that it is given";
  return added;
}

std::int64_t TableFill::add_plain(std::int64_t wanted) {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < wanted; ++i) {
    MadeRow row = maker_.make(present_ + i, {});
    if (!row.trouble.empty()) {
      trouble_ = row.trouble;
      missing_parent_ = row.missing_parent;
      return 0;
    }
    rows.push_back(std::move(row.values));
  }
  return insert(rows, false, {});
}

/// Makes many rows, lets the database tell which of them the checks let pass, and tries those.
std::int64_t TableFill::add_tried(std::int64_t wanted) {
  std::vector<Row> candidates;
  const auto ways = static_cast<std::int64_t>(maker_.ways());
  for (std::int64_t i = 0; i < kCandidates; ++i) {
    const std::int64_t ordinal = i % 2 == 0 ? present_ + i / 2 : kFarOrdinal + present_ + i;
    MadeRow row = maker_.make(ordinal, variation_of(i % (ways * 5)));
    if (row.trouble.empty()) candidates.push_back(std::move(row.values));
  }
  candidates = satisfying(candidates);
  std::int64_t added = 0;
  const auto size = [](std::int64_t count) { return static_cast<size_t>(count); };
  size_t next = 0;
  // Some may repeat what is unique; those that follow make up for them.
  while (added < wanted && next < candidates.size()) {
    const size_t end = std::min(next + size(wanted - added), candidates.size());
    const std::vector<Row> some(candidates.begin() + static_cast<std::ptrdiff_t>(next),
                                candidates.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string before = trouble_;
    trouble_.clear();
    added += insert(some, false, kSkipConflicts);
    if (!trouble_.empty()) break;
    trouble_ = before;
    next = end;
  }
  for (int tries = 0; added < wanted && next < candidates.size() && tries < kSingleTries; ++tries) {
    added += insert({candidates[next++]}, false, {});
  }
  return added;
}

/// The least that may be given: defaults may know better than we do.
std::int64_t TableFill::add_sparse(std::int64_t wanted) {
  std::int64_t added = 0;
  for (std::int64_t i = 0; added < wanted && i < wanted + 2; ++i) {
    const MadeRow row = maker_.make(kFarOrdinal + present_ + i, {.sparse = true});
    if (!row.trouble.empty()) return added;
    const std::string before = trouble_;
    const std::int64_t more = insert({row.values}, true, {});
    // What the whole row was refused for says more.
    if (!before.empty()) trouble_ = before;
    if (more == 0) break;
    added += more;
  }
  return added;
}

std::vector<Row> TableFill::satisfying(const std::vector<Row>& candidates) {
  std::vector<std::string> conditions;
  for (const std::string& check : rules_.checks) {
    conditions.push_back(fmt::format("COALESCE(({}), true)", check));
  }
  for (const RuledColumn& column : rules_.columns) {
    for (const std::string& check : column.type.checks) {
      conditions.push_back(fmt::format("COALESCE((SELECT ({}) FROM (SELECT {} AS value) v), true)",
                                       check, sql_identifier(column.name)));
    }
  }
  const std::vector<const RuledColumn*> columns = maker_.columns(false);
  if (conditions.empty() || candidates.empty() || columns.empty()) return candidates;
  std::vector<std::string> rows;
  for (const Row& candidate : candidates) {
    std::vector<std::string> cells{fmt::format("SELECT {} AS provision_row", rows.size())};
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string value = literal(*columns[i], candidate[i]);
      const std::string& type = columns[i]->type.spelled;
      cells.push_back(fmt::format("{} AS {}",
                                  type.empty() ? value : fmt::format("CAST({} AS {})", value, type),
                                  sql_identifier(columns[i]->name)));
    }
    rows.push_back(joined(cells, ", "));
  }
  std::vector<Row> passed;
  const bool could_ask = contained([&] {
    const Rows answer = database_.query(fmt::format(
        "SELECT provision_row FROM ({}) AS {} WHERE {} ORDER BY 1", joined(rows, " UNION ALL "),
        sql_identifier(rules_.name), joined(conditions, " AND ")));
    for (const Row& row : answer.rows)
      passed.push_back(candidates.at(std::stoul(row[0].value_or("0"))));
  });
  return could_ask ? passed : candidates;
}

std::string TableFill::literal(const RuledColumn& column,
                               const std::optional<std::string>& value) const {
  if (!value) return "NULL";
  if (column.type.kind == ValueKind::bytes) {
    return fmt::format(fmt::runtime(database_.dialect().bytes_literal), *value);
  }
  return sql_literal(*value);
}

std::string TableFill::insert_sql(const std::vector<Row>& rows, bool sparse) const {
  const std::vector<const RuledColumn*> columns = maker_.columns(sparse);
  const std::string table = sql_name(rules_.schema, rules_.name);
  if (columns.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table);
  std::vector<std::string> names;
  bool is_overriding = false;
  for (const RuledColumn* column : columns) {
    names.push_back(sql_identifier(column->name));
    is_overriding = is_overriding || column->identity_always;
  }
  std::vector<std::string> tuples;
  for (const Row& row : rows) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < columns.size(); ++i) cells.push_back(literal(*columns[i], row[i]));
    tuples.push_back("(" + joined(cells, ", ") + ")");
  }
  return fmt::format("INSERT INTO {} ({}){} VALUES {}", table, joined(names, ", "),
                     is_overriding ? " OVERRIDING SYSTEM VALUE" : "", joined(tuples, ", "));
}

std::int64_t TableFill::insert(const std::vector<Row>& rows, bool sparse,
                               std::string_view conflict) {
  std::int64_t added = 0;
  contained([&] {
    const Rows answer =
        database_.query(fmt::format("{}{} RETURNING 1", insert_sql(rows, sparse), conflict));
    const std::string& check = database_.dialect().check_constraints;
    if (rules_.has_deferred && predicted_.empty() && !check.empty()) database_.execute(check);
    added = static_cast<std::int64_t>(answer.rows.size());
  });
  return added;
}

/// Does `work` so that its refusal takes back what it did and nothing else; false if it was
/// refused.
template <typename Work>
bool TableFill::contained(Work work) {
  database_.execute("SAVEPOINT provision_fill");
  try {
    work();
    database_.execute("RELEASE SAVEPOINT provision_fill");
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::refused) throw;
    database_.execute("ROLLBACK TO SAVEPOINT provision_fill; RELEASE SAVEPOINT provision_fill");
    trouble_ = error.message();
    return false;
  }
}

}  // namespace harness
