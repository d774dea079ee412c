#include "harness/fill.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/rows.h"
#include "harness/table_fill.h"
#include "provision/base/text.h"

using namespace provision;

namespace harness {
namespace {

constexpr size_t kCountsAtOnce = 200;

using Tables = std::vector<const RowRules*>;
using References = std::vector<const ReferenceRule*>;

/// How hard it is to fill `rules` before the others of `waiting`: 0 if it needs none of them, 1 if
/// it may do without, 2 if it may refer to them beforehand, 3 if it cannot be.
int hardness(const RowRules& rules, const std::set<std::string>& waiting) {
  int most = 0;
  for (const ReferenceRule& reference : rules.references) {
    const std::string target = reference.target_id();
    if (target == rules.id() || !waiting.contains(target)) continue;
    most = std::max(most, !rules.requires_target(reference) ? 1 : (reference.deferrable ? 2 : 3));
  }
  return most;
}

/// The tables so that each stands behind those that it refers to, as far as they do not refer to
/// one another.
Tables in_order(const std::vector<RowRules>& tables) {
  std::set<std::string> waiting;
  Tables left;
  for (const RowRules& rules : tables) {
    waiting.insert(rules.id());
    left.push_back(&rules);
  }
  Tables ordered;
  while (!left.empty()) {
    Tables stuck;
    for (const RowRules* rules : left) {
      if (hardness(*rules, waiting) > 0) {
        stuck.push_back(rules);
        continue;
      }
      waiting.erase(rules->id());
      ordered.push_back(rules);
    }
    if (stuck.size() == left.size()) {
      const auto next =
          std::min_element(stuck.begin(), stuck.end(), [&](const auto* a, const auto* b) {
            return hardness(*a, waiting) < hardness(*b, waiting);
          });
      waiting.erase((*next)->id());
      ordered.push_back(*next);
      stuck.erase(next);
    }
    left = std::move(stuck);
  }
  return ordered;
}

/// Removes rows of `rules` that were to refer to rows which did not come; returns how many.
std::int64_t remove_orphans(Database& database, const RowRules& rules,
                            const References& references) {
  const std::string table = sql_name(rules.schema, rules.name);
  std::int64_t removed = 0;
  for (const ReferenceRule* reference : references) {
    std::vector<std::string> pairs;
    for (size_t i = 0; i < reference->columns.size(); ++i) {
      pairs.push_back(fmt::format("parent.{} = {}.{}", sql_identifier(reference->target_columns[i]),
                                  table, sql_identifier(reference->columns[i])));
    }
    const Rows rows = database.query(fmt::format(
        "DELETE FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {}) RETURNING 1", table,
        sql_name(reference->schema, reference->table), joined(pairs, " AND ")));
    removed += static_cast<std::int64_t>(rows.rows.size());
  }
  return removed;
}

}  // namespace

Filler::Filler(Database& database, FillOptions options)
    : database_(database), options_(std::move(options)) {}

FillReport Filler::fill() {
  waiting_.clear();
  return fill_all(database_.row_rules(std::nullopt, RuleDetail::all));
}

FillReport Filler::fill(const std::set<std::string>& touched) {
  if (touched.empty()) return {};
  FillReport report = fill_all(rules_of(touched));
  // What came lets those in that waited for it, and so on: every round some of them less wait.
  std::set<std::string> came = report.tables;
  came.insert(touched.begin(), touched.end());
  while (!came.empty()) {
    std::set<std::string> ready;
    for (const std::string& table : came) {
      const auto found = waiting_.find(table);
      if (found == waiting_.end()) continue;
      ready.insert(found->second.begin(), found->second.end());
      waiting_.erase(found);
    }
    if (ready.empty()) break;
    const FillReport more = fill_all(rules_of(ready));
    std::erase_if(report.unfilled, [&](const UnfilledTable& t) { return ready.contains(t.table); });
    report.rows += more.rows;
    report.tables.insert(more.tables.begin(), more.tables.end());
    report.unfilled.insert(report.unfilled.end(), more.unfilled.begin(), more.unfilled.end());
    came = more.tables;
  }
  return report;
}

bool Filler::is_left_out(const RowRules& rules) const {
  return std::any_of(
      options_.left_out.begin(), options_.left_out.end(),
      [&](const std::string& name) { return name == rules.name || name == rules.id(); });
}

/// Rules of tables by name; of a part of a table, those of the whole.
std::vector<RowRules> Filler::rules_of(std::set<std::string> touched) {
  std::vector<RowRules> tables = database_.row_rules(touched, RuleDetail::all);
  std::set<std::string> roots;
  for (const RowRules& rules : tables) {
    if (!rules.partition_of.empty() && !touched.contains(rules.partition_of)) {
      roots.insert(rules.partition_of);
    }
  }
  if (roots.empty()) return tables;
  touched.merge(roots);
  return database_.row_rules(touched, RuleDetail::all);
}

std::map<std::string, std::int64_t> Filler::counts(const std::vector<RowRules>& tables) {
  std::map<std::string, std::int64_t> counts;
  for (size_t first = 0; first < tables.size(); first += kCountsAtOnce) {
    const size_t end = std::min(first + kCountsAtOnce, tables.size());
    std::vector<std::string> parts;
    for (size_t i = first; i < end; ++i) {
      parts.push_back(fmt::format("(SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) t)",
                                  sql_name(tables[i].schema, tables[i].name), options_.rows));
    }
    const Rows rows = database_.query("SELECT " + joined(parts, ", "));
    for (size_t i = first; i < end; ++i) {
      counts[tables[i].id()] = std::stoll(rows.rows.at(0).at(i - first).value_or("0"));
    }
  }
  return counts;
}

FillReport Filler::fill_all(std::vector<RowRules> tables) {
  FillReport report;
  std::erase_if(tables, [&](const RowRules& rules) {
    return is_left_out(rules) || !rules.partition_of.empty();
  });
  if (tables.empty() || options_.rows < 1) return report;
  const std::map<std::string, std::int64_t> present = counts(tables);
  std::erase_if(tables,
                [&](const RowRules& rules) { return present.at(rules.id()) >= options_.rows; });
  Tables later = in_order(tables);
  std::vector<Prediction> predictions;
  while (!later.empty()) {
    const RowRules& rules = *later.front();
    later.erase(later.begin());
    auto references = fill_table(rules, present.at(rules.id()), later, report);
    if (!references.empty()) predictions.push_back({&rules, std::move(references)});
  }
  for (const Prediction& prediction : predictions) check(prediction, report);
  if (report.rows > 0) {
    for (const std::string& table : database_.written().tables) {
      report.tables.insert(table_id(table));
    }
  }
  return report;
}

References Filler::fill_table(const RowRules& rules, std::int64_t count, const Tables& later,
                              FillReport& report) {
  if (rules.has_no_partition) {
    report.unfilled.push_back({rules.id(), count, "it has no partition yet"});
    return {};
  }
  TableFill filling(database_, rules, count, later);
  const std::int64_t added = filling.add(options_.rows - count);
  report.rows += added;
  if (added > 0) report.tables.insert(rules.id());
  if (count + added < options_.rows) {
    report.unfilled.push_back({rules.id(), count + added, filling.trouble()});
    if (!filling.missing_parent().empty()) waiting_[filling.missing_parent()].insert(rules.id());
  }
  return filling.predicted();
}

/// Takes away rows that refer to what did not come.
void Filler::check(const Prediction& prediction, FillReport& report) {
  const std::int64_t removed = remove_orphans(database_, *prediction.rules, prediction.references);
  if (removed == 0) return;
  report.rows -= removed;
  report.unfilled.push_back(
      {prediction.rules->id(), 0, "a table that it refers to could not be filled"});
}

}  // namespace harness
