#include "provision/report/compared.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/subject.h"

namespace provision {
namespace {

bool is_state(std::string_view word) {
  return word == "missing" || word == "extra" || word == "changed";
}

/// The comparisons of a report by what they are of.
class Index {
 public:
  explicit Index(const std::vector<Comparison>& comparisons) {
    for (size_t i = 0; i < comparisons.size(); ++i) {
      const Comparison& one = comparisons[i];
      databases_.try_emplace(one.database, i);
      for (const Comparison::Object& object : one.objects) {
        objects_.try_emplace({one.database, object.name}, i, &object);
      }
    }
  }

  /// Adds `finding` to the comparison whose it is; false if it is of none.
  bool place(const Finding& finding, std::vector<Compared>& comparisons) const {
    const auto object = objects_.find(subject_of(finding));
    const auto database = databases_.find(finding.database);
    const bool says_state = is_state(finding.verdict);
    if (object == objects_.end() && (database == databases_.end() || !says_state)) return false;
    const size_t at = object == objects_.end() ? database->second : object->second.first;
    std::string_view state = "changed";
    if (object != objects_.end() && is_state(object->second.second->state)) {
      state = object->second.second->state;
    }
    if (says_state) state = finding.verdict;
    comparisons[at].objects.push_back({&finding, state, worst_severity(finding)});
    return true;
  }

 private:
  std::map<std::string_view, size_t> databases_;
  std::map<Subject, std::pair<size_t, const Comparison::Object*>> objects_;
};

std::string described(std::int64_t differing, std::int64_t same,
                      const std::map<int, std::int64_t>& ranks, std::string_view where) {
  const std::string alike = fmt::format("{} the same", counted(same, "object is", "objects are"));
  if (differing == 0) return "no difference: " + alike;
  std::vector<std::string> parts;
  for (const auto& [rank, name] : {std::pair(3, "breaking"), {2, "risky"}, {1, "cosmetic"}}) {
    const auto found = ranks.find(rank);
    if (found != ranks.end()) parts.push_back(fmt::format("{} {}", found->second, name));
  }
  std::string text = counted(differing, "object differs", "objects differ");
  text += where;
  if (!parts.empty()) text += ": " + joined(parts, ", ");
  return text + (same > 0 ? fmt::format("; {} the same", same) : "");
}

}  // namespace

char sign_of(std::string_view state) {
  if (state == "missing") return '-';
  return state == "extra" ? '+' : '~';
}

int rank_of(std::string_view severity) {
  if (severity == "breaking") return 3;
  if (severity == "risky") return 2;
  return severity == "cosmetic" ? 1 : 0;
}

std::string_view worst_severity(const Finding& finding) {
  std::string_view worst = finding.severity;
  if (!worst.empty()) return worst;
  for (const Difference& one : finding.differences) {
    if (one.counts && rank_of(one.severity) > rank_of(worst)) worst = one.severity;
  }
  return worst;
}

ComparedReport compared(const Report& report) {
  ComparedReport result;
  for (const Comparison& one : report.comparisons) {
    const auto same =
        std::count_if(one.objects.begin(), one.objects.end(),
                      [](const Comparison::Object& object) { return object.state == "same"; });
    result.comparisons.push_back({.comparison = &one, .same = same});
  }
  const Index index(report.comparisons);
  for (const Finding& finding : report.findings) {
    if (!index.place(finding, result.comparisons)) result.others.push_back(&finding);
  }
  for (Compared& one : result.comparisons) {
    std::stable_sort(one.objects.begin(), one.objects.end(), [](const auto& a, const auto& b) {
      return rank_of(a.severity) > rank_of(b.severity);
    });
  }
  return result;
}

std::string described(const ComparedReport& report) {
  std::int64_t differing = 0;
  std::int64_t same = 0;
  std::int64_t databases = 0;
  std::map<int, std::int64_t> ranks;
  for (const Compared& one : report.comparisons) {
    differing += static_cast<std::int64_t>(one.objects.size());
    same += one.same;
    databases += one.objects.empty() ? 0 : 1;
    for (const ComparedObject& object : one.objects) ++ranks[rank_of(object.severity)];
  }
  const auto all = static_cast<std::int64_t>(report.comparisons.size());
  const std::string where =
      all > 1 ? fmt::format(" in {} of {}", databases, counted(all, "database")) : "";
  return described(differing, same, ranks, where);
}

std::string described(const Compared& compared) {
  std::map<int, std::int64_t> ranks;
  for (const ComparedObject& object : compared.objects) ++ranks[rank_of(object.severity)];
  return described(static_cast<std::int64_t>(compared.objects.size()), compared.same, ranks, "");
}

std::string part_name(std::string_view object, std::string_view owner) {
  if (object == owner) return "";
  const size_t kind = kind_of(object).size();
  const size_t owner_kind = kind_of(owner).size();
  if (kind >= object.size() || owner_kind >= owner.size()) return std::string(object);
  const std::string_view name = object.substr(kind + 1);
  const std::string_view prefix = owner.substr(owner_kind + 1);
  const bool is_part =
      name.size() > prefix.size() + 1 && name.starts_with(prefix) && name[prefix.size()] == '.';
  if (!is_part) return std::string(object);
  return fmt::format("{} {}", object.substr(0, kind), name.substr(prefix.size() + 1));
}

const Difference* worst_difference(const Finding& finding) {
  const Difference* worst = nullptr;
  for (const Difference& one : finding.differences) {
    if (!one.counts) continue;
    const bool is_worse = worst == nullptr || rank_of(one.severity) > rank_of(worst->severity);
    if (is_worse) worst = &one;
  }
  return worst;
}

std::string aspect(const Difference& difference, std::string_view owner) {
  std::string part = part_name(difference.object, owner);
  if (difference.attribute.empty()) return part;
  return part + (part.empty() ? "" : ", ") + difference.attribute;
}

std::string gist(const Finding& finding) {
  const Difference* worst = worst_difference(finding);
  if (worst == nullptr || worst->reason.empty()) return finding.message;
  std::vector<std::string> parts = {worst->severity, aspect(*worst, finding.subject),
                                    worst->reason};
  std::erase(parts, "");
  return joined(parts, ": ");
}

const Difference* whole_difference(const Finding& finding) {
  if (finding.differences.size() != 1) return nullptr;
  const Difference& one = finding.differences.front();
  return one.object == finding.subject && one.attribute.empty() ? &one : nullptr;
}

}  // namespace provision
