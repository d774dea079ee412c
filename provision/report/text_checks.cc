#include "provision/report/text_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/tally.h"
#include "provision/report/text_style.h"

namespace provision {
namespace {

constexpr int kWidestTitle = 60;

Tone tone_of(Check::Outcome outcome) {
  switch (outcome) {
    case Check::Outcome::passed:
      return Tone::good;
    case Check::Outcome::failed:
      return Tone::bad;
    case Check::Outcome::skipped:
      return Tone::dim;
  }
  return Tone::plain;
}

/// A column of the list: a cell a check.
struct Cells {
  std::vector<std::string> cells;
  int width = 0;  ///< of the widest
};

Cells column_of(const std::vector<Check>& checks, const auto& text) {
  Cells column;
  for (const Check& check : checks) {
    column.cells.push_back(text(check));
    column.width = std::max(column.width, display_width(column.cells.back()));
  }
  return column;
}

std::string time_of(const Check& check, const std::string& step) {
  double sum = 0;
  bool is_timed = false;
  for (const Check::Timing& timing : check.timings) {
    if (timing.step != step) continue;
    sum += timing.milliseconds;
    is_timed = true;
  }
  return is_timed ? shown_duration(sum) : "";
}

/// "up 1.2 ms  down 0.8 ms" with the numbers under each other.
Cells times_of(const std::vector<Check>& checks) {
  Cells column{std::vector<std::string>(checks.size())};
  for (const std::string& step : step_names(checks)) {
    const std::string label = one_line(step);
    const Cells times = column_of(checks, [&](const Check& check) { return time_of(check, step); });
    for (size_t i = 0; i < checks.size(); ++i) {
      std::string& cell = column.cells[i];
      const std::string& time = times.cells[i];
      if (!cell.empty()) cell += "  ";
      cell += time.empty() ? padding(display_width(label) + 1 + times.width)
                           : label + " " + padding(times.width - display_width(time)) + time;
      column.width = std::max(column.width, display_width(cell));
    }
  }
  return column;
}

/// Verdict first, reason last.
std::vector<Cells> columns_of(const std::vector<Check>& checks) {
  std::vector<Cells> columns;
  columns.push_back(column_of(checks, [](const Check& check) { return one_line(check.verdict); }));
  if (has_databases(checks)) {
    columns.push_back(
        column_of(checks, [](const Check& check) { return one_line(check.database); }));
  }
  columns.push_back(column_of(checks, [](const Check& check) { return one_line(check.id); }));
  columns.push_back(column_of(
      checks, [](const Check& check) { return elided(one_line(check.title), kWidestTitle); }));
  columns.push_back(times_of(checks));
  columns.push_back(column_of(checks, [](const Check& check) { return one_line(check.reason); }));
  return columns;
}

std::string slowest_text(const std::vector<Check>& checks, const Style& style) {
  constexpr size_t kMany = 20;
  const std::vector<size_t> slow = slowest(checks);
  if (slow.empty() || (checks.size() < kMany && !style.verbose)) return "";
  std::vector<std::string> parts;
  for (const size_t i : slow) {
    parts.push_back(one_line(checks[i].id) + " " + shown_duration(duration(checks[i])));
  }
  return painted("slowest: " + joined(parts, ", "), Tone::dim, style) + "\n";
}

std::string lines_text(const Difference& difference, const Style& style) {
  std::string out;
  for (const DifferenceLine& line : lines_of(difference)) {
    const Tone tone = difference.counts ? tone_of_sign(line.sign) : Tone::dim;
    out += line.is_value ? "    " : "  ";
    out += painted(fmt::format("{} {}", line.sign, line.text), tone, style);
    out += "\n";
  }
  return out;
}

std::string finding_text(const Finding& finding, const Style& style) {
  std::string out =
      fmt::format("{}  {}: {}\n", painted(one_line(finding.verdict), Tone::bad, style),
                  subject_text(finding), one_line(finding.message));
  if (!finding.file.empty()) {
    out += fmt::format("  at {}\n", one_line(Place{finding.file, finding.line}.text()));
  }
  for (const Difference& difference : finding.differences) {
    if (difference.counts || style.verbose) out += lines_text(difference, style);
  }
  return out + quoted_detail(finding.detail);
}

}  // namespace

std::string checks_text(const Report& report, const Style& style) {
  const std::vector<Cells> columns = columns_of(report.checks);
  std::string out;
  for (size_t i = 0; i < report.checks.size(); ++i) {
    std::string line;
    for (const Cells& column : columns) {
      const int width = column.width;
      if (width == 0) continue;
      const bool is_first = &column == &columns.front();
      const bool is_last = &column == &columns.back();
      const Tone tone = is_first  ? tone_of(report.checks[i].outcome)
                        : is_last ? Tone::dim
                                  : Tone::plain;
      const std::string& cell = column.cells[i];
      line += (is_first ? "" : "  ") + painted(cell, tone, style) +
              padding(width - display_width(cell));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out + slowest_text(report.checks, style);
}

std::string findings_text(const std::vector<const Finding*>& findings, const Style& style) {
  std::string out;
  for (const Finding* finding : findings) {
    const bool is_long = !finding->differences.empty() || !finding->detail.empty();
    if (is_long && !out.empty() && !out.ends_with("\n\n")) out += "\n";
    out += finding_text(*finding, style);
    if (is_long && finding != findings.back()) out += "\n";
  }
  return out;
}

std::string findings_text(const Report& report, const Style& style) {
  std::vector<const Finding*> findings;
  for (const Finding& finding : report.findings) findings.push_back(&finding);
  return findings_text(findings, style);
}

std::string notes_text(const Report& report, const Style& style) {
  std::string out;
  for (const Check& check : report.checks) {
    if (check.notes.empty()) continue;
    out += painted(fmt::format("note  {}: differs, and is not counted", one_line(check.id)),
                   Tone::dim, style) +
           "\n";
    for (Difference note : check.notes) {
      note.counts = false;
      out += lines_text(note, style);
    }
  }
  return out;
}

}  // namespace provision
