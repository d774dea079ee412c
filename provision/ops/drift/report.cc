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
  const auto add = [&](const DriftSide& side, auto count) {
    for (const NotCompared& one : side.snapshot.not_compared) counts[one.what].*count = one.count;
    for (size_t i = 0; i < side.rows.size(); ++i) {
      if (side.rows[i].trouble.empty()) continue;
      counts[fmt::format("rows of table {}, {}", name_of_table(result.seeds[i]),
                         side.rows[i].trouble)].*
          count = 1;
    }
    if (!side.record_trouble.empty()) {
      counts["record of revisions, " + side.record_trouble].*count = 1;
    }
  };
  using Count = std::pair<std::int64_t, std::int64_t>;
  add(result.expected, &Count::first);
  add(result.actual, &Count::second);
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

void add_remark(Report& report, const DriftResult& result, const std::string& text) {
  Table& table = table_of(report, {"remarks", "", {kDatabase, {"remark", "remarks"}}});
  table.rows.push_back({result.database, text});
}

void add_notes(Report& report, const DriftResult& result, const std::vector<Difference>& notes) {
  for (const std::string& note : result.notes) add_remark(report, result, note);
  if (notes.empty()) return;
  add_remark(report, result,
             fmt::format("{} without counting: `-v` shows it",
                         counted(static_cast<std::int64_t>(notes.size()), "thing differs",
                                 "things differ")));
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

struct Totals {
  std::int64_t differences = 0;
  std::int64_t objects = 0;
  std::int64_t unread = 0;
  std::map<std::string_view, std::int64_t> by_severity;
};

Totals totals_of(const Report& report) {
  Totals totals;
  const auto add = [&](std::string_view severity) {
    ++totals.by_severity[severity];
    ++totals.differences;
  };
  for (const Finding& finding : report.findings) {
    ++(finding.verdict == kUnread ? totals.unread : totals.objects);
    if (finding.verdict != kUnread && finding.differences.empty()) add(finding.severity);
    for (const Difference& one : finding.differences) {
      if (one.counts) add(one.severity);
    }
  }
  return totals;
}

std::int64_t rows_of(const Report& report, std::string_view key) {
  for (const Table& table : report.tables) {
    if (table.key == key) return static_cast<std::int64_t>(table.rows.size());
  }
  return 0;
}

/// What a number of differences does not tell: "; 2 could not be read".
std::string rest_of(const Report& report, const Totals& totals) {
  std::string rest;
  if (totals.unread > 0) rest += fmt::format("; {} could not be read", totals.unread);
  const std::int64_t not_compared = rows_of(report, "not_compared");
  if (not_compared > 0) rest += fmt::format("; {} not compared", not_compared);
  return rest;
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

std::string drift_summary(const Report& report) {
  constexpr std::array<Severity, 3> kWorstFirst = {Severity::breaking, Severity::risky,
                                                   Severity::cosmetic};
  const Totals totals = totals_of(report);
  if (totals.differences == 0) return "no difference" + rest_of(report, totals);
  std::string text = fmt::format("{} in {}", counted(totals.differences, "difference"),
                                 counted(totals.objects, "object"));
  std::string separator = ": ";
  for (const Severity severity : kWorstFirst) {
    const auto some = totals.by_severity.find(name_of(severity));
    if (some == totals.by_severity.end()) continue;
    text += fmt::format("{}{} {}", separator, some->second, name_of(severity));
    separator = ", ";
  }
  return text + rest_of(report, totals);
}

}  // namespace provision
