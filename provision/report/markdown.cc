// Markdown for the summary of a CI job: totals, what is not ok, findings to unfold.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/markdown_parts.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr size_t kMostRows = 500;

std::string row_of(const Check& check, bool with_database) {
  const std::string place = check.file.empty() ? "" : Place{check.file, check.line}.text();
  std::string row = fmt::format("| {} ", markdown_escaped(check.verdict));
  if (with_database) row += fmt::format("| {} ", markdown_code(check.database));
  return row + fmt::format("| {} | {} | {} | {} |\n", markdown_code(check.id),
                           markdown_escaped(check.title), markdown_code(place),
                           markdown_escaped(check.reason));
}

/// A row for each check that is not simply ok: those that failed first.
std::string table_of(const std::vector<Check>& checks) {
  std::vector<const Check*> chosen;
  for (const Check& check : checks) {
    if (check.outcome != Check::Outcome::passed || !check.reason.empty()) chosen.push_back(&check);
  }
  if (chosen.empty()) return "";
  std::stable_partition(chosen.begin(), chosen.end(), [](const Check* check) {
    return check->outcome == Check::Outcome::failed;
  });
  const bool with_database = has_databases(checks);
  std::string out =
      with_database ? "| verdict | database | revision | message | file | reason |\n"
                      "|---|---|---|---|---|---|\n"
                    : "| verdict | revision | message | file | reason |\n|---|---|---|---|---|\n";
  for (size_t i = 0; i < std::min(chosen.size(), kMostRows); ++i) {
    out += row_of(*chosen[i], with_database);
  }
  if (chosen.size() > kMostRows) {
    out += fmt::format("\n{} more are not shown here.\n", chosen.size() - kMostRows);
  }
  return out + "\n";
}

std::string slowest_of(const std::vector<Check>& checks) {
  std::vector<std::string> parts;
  for (const size_t i : slowest(checks)) {
    parts.push_back(
        fmt::format("{} {}", markdown_code(checks[i].id), shown_duration(duration(checks[i]))));
  }
  return parts.empty() ? "" : "Slowest: " + joined(parts, ", ") + "\n\n";
}

std::string facts_of(const Report& report) {
  std::vector<std::string> parts;
  for (const Fact& fact : report.facts) {
    if (fact.shown == Shown::json_only) continue;
    const auto* text = std::get_if<std::string>(&fact.value.value);
    if (text == nullptr || text->empty()) continue;
    std::string key = fact.key;
    std::replace(key.begin(), key.end(), '_', ' ');
    parts.push_back(fmt::format("{} {}", markdown_escaped(key), markdown_code(*text)));
  }
  return parts.empty() ? "" : joined(parts, " · ") + "\n\n";
}

}  // namespace

std::string to_markdown(const Report& report, const Style&) {
  std::string out = fmt::format("### {} provision {}\n\n", report.ok() ? "✅" : "❌",
                                markdown_escaped(report.command));
  const ComparedReport sorted = compared(report);
  out += facts_of(report);
  if (!report.checks.empty()) {
    out += fmt::format("**{}**\n\n", described(tally(report.checks)));
    out += table_of(report.checks) + slowest_of(report.checks);
  } else if (!report.summary.empty() || !report.comparisons.empty()) {
    out += fmt::format("**{}**\n\n", markdown_escaped(report.summary.empty() ? described(sorted)
                                                                             : report.summary));
  }
  out += markdown_compared(sorted, kLongestMarkdown / 3 * 2);
  for (const Table& table : report.tables) {
    if (out.size() < kLongestMarkdown) out += markdown_table(table);
  }
  for (size_t i = 0; i < sorted.others.size(); ++i) {
    const std::string details = markdown_details(*sorted.others[i]);
    if (out.size() + details.size() > kLongestMarkdown) {
      out += fmt::format("{} more are not shown here: the summary would be too long.\n",
                         counted(static_cast<std::int64_t>(sorted.others.size() - i), "finding"));
      break;
    }
    out += details;
  }
  return out;
}

}  // namespace provision
