// Many databases of one shape: read at once, compared once for each shape that they have.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/drift.h"
#include "provision/ops/drift/report.h"

namespace provision {
namespace {

constexpr size_t kNamesShown = 6;

/// What a member is called: its database, with its server where others are called so.
std::vector<std::string> member_names(const std::vector<Location>& fleet) {
  std::map<std::string, int> counts;
  const auto plain = [](const Location& location) {
    return location.path.empty() ? location.database : location.path.stem().string();
  };
  for (const Location& location : fleet) ++counts[plain(location)];
  std::vector<std::string> names;
  for (const Location& location : fleet) {
    const std::string name = plain(location);
    names.push_back(counts[name] < 2        ? name
                    : location.path.empty() ? location.host + ":" + location.port + "/" + name
                                            : location.path.string());
  }
  return names;
}

/// Members that one comparison answers for.
struct Shape {
  DriftSubject first;
  const DriftSide* side;
  std::vector<std::string> names;
};

std::string key_of(const DriftSide& side) {
  std::string key = fingerprint(side.snapshot);
  for (const SeededRows& rows : side.rows) {
    key += (rows.readable ? "\n+" : "\n-") + rows.trouble;
    for (const auto& [unused, row] : rows.rows) {
      for (const auto& value : row) key += value ? "=" + *value + "\x1f" : "\x1f";
    }
  }
  key += "\n" + side.record_trouble;
  if (!side.applied) return key;
  for (const std::string& id : side.applied->known) key += "\n" + id;
  for (const std::string& id : side.applied->unknown) key += "\n?" + id;
  for (const std::string& id : side.applied->edited) key += "\n!" + id;
  return key;
}

/// Members with the same differences, whatever else is different about them.
struct Group {
  std::vector<std::string> names;
  std::int64_t differences = 0;
  Report report;
};

std::string key_of(const Report& report) {
  std::string key;
  for (const Finding& finding : report.findings) {
    key += finding.verdict + "\x1f" + finding.subject + "\x1f";
    for (const Difference& one : finding.differences) {
      for (const std::string* text :
           {&one.type, &one.object, &one.attribute, &one.expected, &one.actual}) {
        key += *text + "\x1f";
      }
    }
  }
  return key;
}

std::int64_t count_differences(const Report& report) {
  std::int64_t count = 0;
  for (const Finding& finding : report.findings) {
    count += finding.differences.empty() ? 1 : 0;
    count += std::count_if(finding.differences.begin(), finding.differences.end(),
                           [](const Difference& one) { return one.counts; });
  }
  return count;
}

std::string shortened(const std::vector<std::string>& names) {
  if (names.size() <= kNamesShown) return joined(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kNamesShown);
  return fmt::format("{} and {} more", joined(first, ", "), names.size() - kNamesShown);
}

class Fleet {
 public:
  Fleet(const DriftPair& pair, DriftComparer& comparer, const DriftOptions& options)
      : pair_(pair), comparer_(comparer), options_(options) {
    const DatabaseSpec& all = *pair.actual.spec;
    const std::vector<std::string> names = member_names(all.fleet);
    for (size_t i = 0; i < all.fleet.size(); ++i) {
      DatabaseSpec member = all;
      member.name = names[i];
      member.location = all.fleet[i];
      member.fleet.clear();
      specs_.push_back(std::move(member));
    }
  }

  void add_to(DriftAnswer& answer) {
    std::vector<DriftSubject> members;
    for (const DatabaseSpec& spec : specs_) members.push_back({pair_.actual.source, &spec});
    const auto read = comparer_.read_all(pair_.expected, members);
    std::map<std::string, Shape> shapes;
    for (size_t i = 0; i < members.size(); ++i) {
      if (!read[i].side) {
        unread_.emplace_back(specs_[i].name, read[i].trouble);
        continue;
      }
      Shape& shape =
          shapes.try_emplace(key_of(*read[i].side), Shape{members[i], &*read[i].side, {}})
              .first->second;
      shape.names.push_back(specs_[i].name);
    }
    for (const auto& [unused, shape] : shapes) compare(shape);
    report_to(answer);
  }

 private:
  void compare(const Shape& shape) {
    DriftSubject actual = shape.first;
    actual.read = shape.side;
    try {
      DriftResult result = comparer_.compare(pair_.expected, actual);
      Report report;
      add_to_report(report, result, options_);
      Group& group = groups_[key_of(report)];
      if (group.names.empty()) {
        group.differences = count_differences(report);
        group.report = std::move(report);
      }
      group.names.insert(group.names.end(), shape.names.begin(), shape.names.end());
    } catch (const Error& error) {
      if (!is_trouble_of_one(error)) throw;
      for (const std::string& name : shape.names) unread_.emplace_back(name, error.message());
    }
  }

  void report_to(DriftAnswer& answer) {
    std::vector<Group*> groups;
    for (auto& [unused, group] : groups_) groups.push_back(&group);
    std::stable_sort(groups.begin(), groups.end(), [](const Group* a, const Group* b) {
      return a->names.size() > b->names.size();
    });
    Table table{
        "fleet", "", {{"state"}, {"count"}, {"databases"}, {"names", "", Shown::json_only}}};
    for (Group* group : groups) {
      std::sort(group->names.begin(), group->names.end());
      const bool same = group->differences == 0;
      table.rows.push_back({same ? Cell("same", Tone::good)
                                 : Cell(counted(group->differences, "difference"), Tone::bad),
                            Cell(Value(static_cast<std::int64_t>(group->names.size()))),
                            shortened(group->names), Cell(Value(group->names))});
    }
    if (!unread_.empty()) {
      std::vector<std::string> names;
      for (const auto& [name, unused] : unread_) names.push_back(name);
      table.rows.push_back({Cell(std::string(kUnread), Tone::warning),
                            Cell(Value(static_cast<std::int64_t>(names.size()))), shortened(names),
                            Cell(Value(names))});
    }
    answer.report.tables.push_back(std::move(table));
    for (Group* group : groups) take(answer.report, *group);
    for (const auto& [name, why] : unread_) add_unread(answer, "database " + name, why);
  }

  /// What differs is said once for all that it is true of.
  static void take(Report& report, Group& group) {
    const std::string name =
        group.names.size() == 1
            ? group.names.front()
            : fmt::format("{} and {} more", group.names.front(), group.names.size() - 1);
    for (Comparison& comparison : group.report.comparisons) {
      comparison.database = name;
      if (group.differences > 0) report.comparisons.push_back(std::move(comparison));
    }
    for (Finding& finding : group.report.findings) {
      finding.database = name;
      report.findings.push_back(std::move(finding));
    }
  }

  const DriftPair& pair_;
  DriftComparer& comparer_;
  const DriftOptions& options_;
  std::vector<DatabaseSpec> specs_;
  std::vector<std::pair<std::string, std::string>> unread_;
  std::map<std::string, Group> groups_;
};

}  // namespace

void add_fleet(DriftAnswer& answer, const DriftPair& pair, DriftComparer& comparer,
               const DriftOptions& options) {
  Fleet(pair, comparer, options).add_to(answer);
}

}  // namespace provision
