#include "provision/report/shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/report/subject.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr std::string_view kShard = "shard";
constexpr std::string_view kHistory = "history";

/// Facts in which the parts of one run cannot differ.
const std::set<std::string_view>& telling_facts() {
  static const std::set<std::string_view> kKeys = {"environment", "database", "engine",  "layout",
                                                   "migrations",  "heads",    "history", "rows"};
  return kKeys;
}

struct Part {
  int number = 0;
  int count = 0;
};

const Fact* find_fact(const Report& report, std::string_view key) {
  const auto found = std::find_if(report.facts.begin(), report.facts.end(),
                                  [&](const Fact& fact) { return fact.key == key; });
  return found == report.facts.end() ? nullptr : &*found;
}

Part part_of(const ShardReport& shard) {
  const Fact* fact = find_fact(shard.report, kShard);
  const auto* text = fact == nullptr ? nullptr : std::get_if<std::string>(&fact->value.value);
  if (text == nullptr) {
    throw usage_error(fmt::format("'{}' is no report of a shard", shard.file),
                      "write it with `provision verify --shard K/N --format json`");
  }
  Part part;
  const char* end = text->data() + text->size();
  const auto [slash, bad] = std::from_chars(text->data(), end, part.number);
  const bool has_slash = bad == std::errc() && slash != end && *slash == '/';
  const auto [rest, worse] = std::from_chars(has_slash ? slash + 1 : end, end, part.count);
  if (worse != std::errc() || rest != end || part.number < 1 || part.number > part.count) {
    throw usage_error(fmt::format("'{}' is of shard '{}', which is none", shard.file, *text));
  }
  return part;
}

void expect_same_run(const ShardReport& first, const ShardReport& other) {
  if (first.report.command != other.report.command) {
    throw usage_error(fmt::format("'{}' is a report of `{}`, '{}' one of `{}`", first.file,
                                  first.report.command, other.file, other.report.command));
  }
  for (const std::string_view key : telling_facts()) {
    const Fact* one = find_fact(first.report, key);
    const Fact* two = find_fact(other.report, key);
    const bool differs = (one == nullptr) != (two == nullptr) ||
                         (one != nullptr && one->value.value != two->value.value);
    if (differs) {
      throw usage_error(fmt::format("'{}' and '{}' are of different runs: they differ in '{}'",
                                    first.file, other.file, key));
    }
  }
}

/// Sorts `shards` by number; throws unless each is there once.
void expect_all(std::vector<ShardReport>& shards) {
  const int count = part_of(shards.front()).count;
  std::map<int, const ShardReport*> by_number;
  for (const ShardReport& shard : shards) {
    expect_same_run(shards.front(), shard);
    const Part part = part_of(shard);
    if (part.count != count) {
      throw usage_error(fmt::format("'{}' is one of {}, '{}' one of {}", shards.front().file,
                                    counted(count, "shard"), shard.file, part.count));
    }
    const auto [known, is_new] = by_number.try_emplace(part.number, &shard);
    if (!is_new) {
      throw usage_error(fmt::format("shard {}/{} is there twice: '{}', '{}'", part.number, count,
                                    known->second->file, shard.file));
    }
  }
  std::vector<std::string> missing;
  for (int number = 1; number <= count && missing.size() < 10; ++number) {
    if (!by_number.contains(number)) missing.push_back(fmt::format("{}/{}", number, count));
  }
  if (!missing.empty()) {
    throw usage_error(fmt::format("shard {} is missing", joined(missing, ", ")),
                      "name the reports of all shards");
  }
  std::sort(shards.begin(), shards.end(), [](const ShardReport& a, const ShardReport& b) {
    return part_of(a).number < part_of(b).number;
  });
}

/// Takes checks from the fronts of the shards' lists: each list is in the order of the history, so
/// the next of all is the front whose parents are taken, and of several the one with the least id.
class Merge {
 public:
  explicit Merge(const std::vector<ShardReport>& shards) : shards_(shards), next_(shards.size()) {
    for (const ShardReport& shard : shards) {
      for (const Check& check : shard.report.checks) {
        const auto [known, is_new] = left_.try_emplace(subject_of(check), &shard);
        if (!is_new) {
          throw usage_error(fmt::format("revision '{}' is in both '{}' and '{}'", check.id,
                                        known->second->file, shard.file));
        }
        const bool is_known =
            std::find(databases_.begin(), databases_.end(), check.database) != databases_.end();
        if (!is_known) databases_.push_back(check.database);
      }
    }
  }

  std::vector<Check> checks() {
    std::vector<Check> merged;
    while (const Check* check = take()) merged.push_back(*check);
    return merged;
  }

 private:
  const Check* front(size_t shard) const {
    const std::vector<Check>& checks = shards_[shard].report.checks;
    return next_[shard] < checks.size() ? &checks[next_[shard]] : nullptr;
  }

  bool is_ready(const Check& check) const {
    return std::none_of(check.parents.begin(), check.parents.end(), [&](const std::string& parent) {
      return left_.contains(Subject(check.database, parent));
    });
  }

  /// Ready ones before others, then by database, then by id.
  auto rank(const Check& check) const {
    const auto database = std::find(databases_.begin(), databases_.end(), check.database);
    return std::tuple(!is_ready(check), database - databases_.begin(), check.id);
  }

  const Check* take() {
    const Check* best = nullptr;
    size_t shard = 0;
    for (size_t i = 0; i < shards_.size(); ++i) {
      const Check* check = front(i);
      if (check == nullptr || (best != nullptr && rank(*best) <= rank(*check))) continue;
      best = check;
      shard = i;
    }
    if (best == nullptr) return nullptr;
    left_.erase(subject_of(*best));
    ++next_[shard];
    return best;
  }

  const std::vector<ShardReport>& shards_;
  std::vector<size_t> next_;
  std::map<Subject, const ShardReport*> left_;
  std::vector<std::string> databases_;
};

bool is_same(const Finding& a, const Finding& b) {
  return std::tie(a.verdict, a.database, a.subject, a.message, a.file, a.line, a.detail) ==
             std::tie(b.verdict, b.database, b.subject, b.message, b.file, b.line, b.detail) &&
         a.differences.size() == b.differences.size();
}

/// Those of checks in the order of the checks, then those of none; what several shards saw is told
/// once.
std::vector<Finding> merged_findings(const std::vector<ShardReport>& shards,
                                     const std::vector<Check>& checks) {
  std::map<Subject, size_t> positions;
  for (size_t i = 0; i < checks.size(); ++i) positions.try_emplace(subject_of(checks[i]), i);
  const auto position = [&](const Finding& finding) {
    const auto found = positions.find(subject_of(finding));
    return found == positions.end() ? checks.size() : found->second;
  };
  std::vector<Finding> merged;
  for (const ShardReport& shard : shards) {
    for (const Finding& finding : shard.report.findings) {
      const bool is_known = std::any_of(merged.begin(), merged.end(), [&](const Finding& known) {
        return is_same(known, finding);
      });
      if (!is_known || position(finding) < checks.size()) merged.push_back(finding);
    }
  }
  std::stable_sort(merged.begin(), merged.end(),
                   [&](const Finding& a, const Finding& b) { return position(a) < position(b); });
  return merged;
}

bool is_everywhere(const std::vector<ShardReport>& shards, const Fact& fact) {
  return std::all_of(shards.begin(), shards.end(), [&](const ShardReport& shard) {
    const Fact* other = find_fact(shard.report, fact.key);
    return other != nullptr && other->value.value == fact.value.value;
  });
}

/// The rows of each table, one shard's after the other's; columns of the first that has any.
std::vector<Table> merged_tables(const std::vector<ShardReport>& shards) {
  std::vector<Table> merged;
  for (const ShardReport& shard : shards) {
    for (const Table& table : shard.report.tables) {
      const auto known = std::find_if(merged.begin(), merged.end(),
                                      [&](const Table& other) { return other.key == table.key; });
      if (known == merged.end()) {
        merged.push_back(table);
      } else if (known->rows.empty()) {
        *known = table;
      } else if (known->columns.size() == table.columns.size()) {
        known->rows.insert(known->rows.end(), table.rows.begin(), table.rows.end());
      }
    }
  }
  return merged;
}

}  // namespace

Report joined(std::vector<ShardReport> shards) {
  if (shards.empty()) throw usage_error("no report to merge");
  expect_all(shards);
  const Report& first = shards.front().report;
  Report report;
  report.command = first.command;
  for (const Fact& fact : first.facts) {
    if (fact.key == kShard || !is_everywhere(shards, fact)) continue;
    report.facts.push_back(fact);
    if (fact.key == kHistory) report.facts.back().shown = Shown::json_only;
  }
  report.tables = merged_tables(shards);
  report.checks = Merge(shards).checks();
  report.findings = merged_findings(shards, report.checks);
  report.summary = described(tally(report.checks));
  return report;
}

}  // namespace provision
