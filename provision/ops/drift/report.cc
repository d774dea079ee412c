#include "provision/ops/drift/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "provision/base/text.h"
#include "provision/ops/drift/findings.h"

namespace provision {
namespace {

Table& table_of(Report& report, Table empty) {
  const auto found = std::find_if(report.tables.begin(), report.tables.end(),
                                  [&](const Table& table) { return table.key == empty.key; });
  if (found != report.tables.end()) return *found;
  return report.tables.emplace_back(std::move(empty));
}

const Column kDatabase{"database", "", Shown::json_only};

std::string read_as(const DriftSide& side) {
  std::string text = side.server;
  if (!side.user.empty()) text += " as " + side.user;
  if (!side.origin.empty()) text += (text.empty() ? "" : ", ") + side.origin;
  return text;
}

std::string revision_of(const DriftSide& side) {
  if (side.at.empty()) return side.applied || !side.origin.empty() ? "base" : "";
  return joined(side.at, ", ");
}

void add_sides(Report& report, const DriftResult& result, bool has_revisions) {
  Table& table = table_of(
      report,
      {"sides", "", {kDatabase, {"side"}, {"name"}, {"what"}, {"revision"}, {"read_at", "read"}}});
  for (const auto& [word, side] :
       {std::pair("expected", &result.expected), {"actual", &result.actual}}) {
    table.rows.push_back({result.database, word, Cell(side->label, Tone::name), read_as(*side),
                          has_revisions ? Cell(revision_of(*side)) : Cell(),
                          Cell(side->read_at, Tone::dim)});
  }
}

void add_pending(Report& report, const DriftResult& result) {
  if (result.pending.empty()) return;
  Table& table = table_of(report, {"pending",
                                   "revisions that are not applied yet, and are no difference",
                                   {kDatabase, {"revision"}, {"message"}}});
  for (const Revision* revision : result.pending) {
    table.rows.push_back({result.database, Cell(revision->id, Tone::name), revision->message});
  }
}

void add_ignored(Report& report, const DriftResult& result) {
  if (result.ignored.empty() && result.partitions == 0) return;
  Table& table =
      table_of(report, {"ignored",
                        "what rules hid",
                        {kDatabase, {"rule"}, {"where"}, {"count", "hidden"}, {"state", ""}}});
  for (const Ignored& ignored : result.ignored) {
    const bool stale = ignored.count == 0;
    table.rows.push_back({result.database, ignored.rule.text, Cell(ignored.rule.origin, Tone::dim),
                          Cell(Value(std::int64_t{ignored.count})),
                          stale ? Cell("stale: it hides nothing", Tone::warning) : Cell("")});
  }
  if (result.partitions > 0) {
    table.rows.push_back({result.database, "partitions made while the application runs",
                          Cell("--partitions shows them", Tone::dim),
                          Cell(Value(std::int64_t{result.partitions})), ""});
  }
}

void add_not_compared(Report& report, const DriftResult& result) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;
  for (const NotCompared& one : result.expected.snapshot.not_compared) {
    counts[one.what].first = one.count;
  }
  for (const NotCompared& one : result.actual.snapshot.not_compared) {
    counts[one.what].second = one.count;
  }
  if (counts.empty()) return;
  Table& table = table_of(
      report, {"not_compared", "not compared", {kDatabase, {"what"}, {"expected"}, {"actual"}}});
  for (const auto& [what, count] : counts) {
    table.rows.push_back(
        {result.database, what, Cell(Value(count.first)), Cell(Value(count.second))});
  }
}

void add_renames(Report& report, const DriftResult& result) {
  if (result.renames.empty()) return;
  Table& table = table_of(report, {"likely_renames",
                                   "alike in all but the name: renamed?",
                                   {kDatabase, {"expected"}, {"actual"}}});
  for (const LikelyRename& rename : result.renames) {
    table.rows.push_back({result.database, to_string(rename.expected), to_string(rename.actual)});
  }
}

void add_notes(Report& report, const DriftResult& result, const std::vector<Difference>& notes) {
  for (const std::string& note : result.notes) {
    Table& table = table_of(report, {"remarks", "", {kDatabase, {"remark", " "}}});
    table.rows.push_back({result.database, note});
  }
  if (notes.empty()) return;
  Table& table = table_of(report, {"notes",
                                   "differs without counting",
                                   {kDatabase,
                                    {"object", "", Shown::verbose},
                                    {"attribute", "", Shown::verbose},
                                    {"expected", "", Shown::verbose},
                                    {"actual", "", Shown::verbose},
                                    {"class", "", Shown::verbose}}});
  for (const Difference& note : notes) {
    table.rows.push_back({result.database, note.object,
                          note.attribute.empty() ? note.type : note.attribute, note.expected,
                          note.actual, note.difference_class});
  }
}

}  // namespace

void add_to_report(Report& report, const DriftResult& result, const DriftOptions& options) {
  FoundDrift found = found_drift(result, options);
  add_sides(report, result, result.migrations.has_value());
  add_pending(report, result);
  add_not_compared(report, result);
  add_ignored(report, result);
  add_renames(report, result);
  add_notes(report, result, found.notes);
  report.comparisons.push_back(std::move(found.comparison));
  std::move(found.findings.begin(), found.findings.end(), std::back_inserter(report.findings));
}

std::string drift_summary(const Report& report, std::int64_t unread) {
  const std::string rest = unread == 0 ? "" : fmt::format("; {} could not be read", unread);
  if (report.ok()) return "no difference" + rest;
  constexpr std::array<Severity, 3> kWorstFirst = {Severity::breaking, Severity::risky,
                                                   Severity::cosmetic};
  std::map<std::string, std::int64_t> by_severity;
  std::int64_t count = 0;
  for (const Finding& finding : report.findings) {
    if (finding.differences.empty()) ++by_severity[finding.severity];
    count += finding.differences.empty() ? 1 : 0;
    for (const Difference& one : finding.differences) {
      if (!one.counts) continue;
      ++by_severity[one.severity];
      ++count;
    }
  }
  std::string text =
      fmt::format("{} in {}", counted(count, "difference"),
                  counted(static_cast<std::int64_t>(report.findings.size()), "object"));
  std::string separator = ": ";
  for (const Severity severity : kWorstFirst) {
    const std::int64_t some = by_severity[std::string(name_of(severity))];
    if (some == 0) continue;
    text += fmt::format("{}{} {}", separator, some, name_of(severity));
    separator = ", ";
  }
  return text + rest;
}

}  // namespace provision
