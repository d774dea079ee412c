#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/report/markdown_parts.h"

namespace provision {
namespace {

constexpr size_t kMostRows = 500;

std::string severity_of(std::string_view severity) {
  constexpr std::string_view kSigns[] = {"", "⚪ ", "🟠 ", "🔴 "};
  return std::string(kSigns[rank_of(severity)]) + markdown_escaped(severity);
}

/// Why it is as severe as it is, and how much else differs.
std::string reason_of(const Finding& finding) {
  const Difference* worst = worst_difference(finding);
  if (worst == nullptr) return markdown_escaped(finding.message);
  std::string text = markdown_code(aspect(*worst, finding.subject));
  if (!worst->reason.empty()) text += (text.empty() ? "" : ": ") + markdown_escaped(worst->reason);
  const auto count = std::count_if(finding.differences.begin(), finding.differences.end(),
                                   [](const Difference& one) { return one.counts; });
  return count > 1 ? text + fmt::format(", and {} more", count - 1) : text;
}

std::string row_of(const ComparedObject& object, bool with_severity) {
  const std::string severity =
      with_severity ? fmt::format(" {} |", severity_of(object.severity)) : "";
  return fmt::format("| {} |{} {} | {} |\n", object.state, severity,
                     markdown_code(object.finding->subject), reason_of(*object.finding));
}

std::string table_of(const Compared& one, size_t room) {
  const bool with_severity =
      std::any_of(one.objects.begin(), one.objects.end(),
                  [](const auto& object) { return !object.severity.empty(); });
  std::string out = with_severity ? "| state | severity | object | what |\n|---|---|---|---|\n"
                                  : "| state | object | what |\n|---|---|---|\n";
  size_t shown = 0;
  for (; shown < std::min(one.objects.size(), kMostRows) && out.size() < room; ++shown) {
    out += row_of(one.objects[shown], with_severity);
  }
  if (shown < one.objects.size()) {
    out += fmt::format("\n{} more are not shown here.\n", one.objects.size() - shown);
  }
  return out + "\n";
}

std::string details_of(const Compared& one, size_t room) {
  std::string out;
  size_t shown = 0;
  for (; shown < one.objects.size(); ++shown) {
    const Finding& finding = *one.objects[shown].finding;
    const std::string block = markdown_differences(finding);
    if (out.size() + block.size() > room) break;
    if (!block.empty()) out += markdown_code(finding.subject) + "\n\n" + block;
  }
  if (shown < one.objects.size()) {
    out += fmt::format("{} more are not shown here.\n\n", one.objects.size() - shown);
  }
  return "<details><summary>Every difference</summary>\n\n" + out + "</details>\n\n";
}

}  // namespace

std::string markdown_compared(const ComparedReport& report, size_t room) {
  const bool is_one = report.comparisons.size() == 1;
  std::string out;
  std::int64_t left_out = 0;
  for (const Compared& one : report.comparisons) {
    if (one.objects.empty() && !is_one) continue;
    if (out.size() > room) {
      ++left_out;
      continue;
    }
    const Comparison& sides = *one.comparison;
    if (!is_one) {
      out += fmt::format("#### {}\n\n{}\n\n",
                         markdown_code(sides.database.empty() ? sides.actual : sides.database),
                         described(one));
    }
    out += fmt::format("expected {} · actual {}\n\n", markdown_code(sides.expected),
                       markdown_code(sides.actual));
    if (one.objects.empty()) continue;
    out += table_of(one, room - std::min(room, out.size()));
    out += details_of(one, room - std::min(room, out.size()));
  }
  if (left_out > 0) {
    out += fmt::format("{} with differences not shown here.\n\n",
                       counted(left_out, "database is", "databases are"));
  }
  return out;
}

}  // namespace provision
