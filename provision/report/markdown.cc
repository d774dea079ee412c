// Markdown for the summary of a CI job: totals, what is not ok, findings to unfold.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

/// GitHub takes no summary of more than 1 MiB.
constexpr size_t kLongest = 900'000;
constexpr size_t kMostRows = 500;

/// `text` on one line with nothing that Markdown or HTML gives a meaning: all of ASCII but letters,
/// digits and a few harmless signs is a character reference.
std::string escaped(std::string_view text) {
  constexpr std::string_view kHarmless = " ,;?%-";
  std::string result;
  for (const char c : printable(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0 || kHarmless.find(c) != kHarmless.npos) {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "&#{};", byte);
    }
  }
  return result;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : fmt::format("<code>{}</code>", escaped(text));
}

/// A fence that no run of backticks in `text` closes.
std::string fence_for(std::string_view text) {
  size_t longest = 2;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

std::string difference_block(const Finding& finding) {
  std::string lines;
  for (const Difference& difference : finding.differences) {
    if (!difference.counts) continue;
    for (const DifferenceLine& line : lines_of(difference)) {
      lines += line.is_value ? fmt::format("{}   {}\n", line.sign, line.text)
                             : fmt::format("{} {}\n", line.sign, line.text);
    }
  }
  lines += quoted_detail(finding.detail);
  if (lines.empty()) return "";
  const std::string fence = fence_for(lines);
  return fmt::format("{}diff\n{}{}\n\n", fence, lines, fence);
}

std::string details_of(const Finding& finding) {
  std::string out =
      fmt::format("<details><summary><b>{}</b> {}{}{}: {}</summary>\n\n", escaped(finding.verdict),
                  code(finding.database), finding.database.empty() ? "" : " ",
                  code(finding.subject), escaped(finding.message));
  if (!finding.file.empty()) {
    out += fmt::format("at {}\n\n", code(Place{finding.file, finding.line}.text()));
  }
  return out + difference_block(finding) + "</details>\n\n";
}

std::string row_of(const Check& check, bool with_database) {
  const std::string place = check.file.empty() ? "" : Place{check.file, check.line}.text();
  std::string row = fmt::format("| {} ", escaped(check.verdict));
  if (with_database) row += fmt::format("| {} ", code(check.database));
  return row + fmt::format("| {} | {} | {} | {} |\n", code(check.id), escaped(check.title),
                           code(place), escaped(check.reason));
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
    parts.push_back(fmt::format("{} {}", code(checks[i].id), shown_duration(duration(checks[i]))));
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
    parts.push_back(fmt::format("{} {}", escaped(key), code(*text)));
  }
  return parts.empty() ? "" : joined(parts, " · ") + "\n\n";
}

}  // namespace

std::string to_markdown(const Report& report, const Style&) {
  std::string out =
      fmt::format("### {} provision {}\n\n", report.ok() ? "✅" : "❌", escaped(report.command));
  out += facts_of(report);
  if (!report.checks.empty()) {
    out += fmt::format("**{}**\n\n", described(tally(report.checks)));
    out += table_of(report.checks) + slowest_of(report.checks);
  } else if (!report.summary.empty()) {
    out += fmt::format("**{}**\n\n", escaped(report.summary));
  }
  for (size_t i = 0; i < report.findings.size(); ++i) {
    const std::string details = details_of(report.findings[i]);
    if (out.size() + details.size() > kLongest) {
      out += fmt::format("{} more are not shown here: the summary would be too long.\n",
                         counted(static_cast<std::int64_t>(report.findings.size() - i), "finding"));
      break;
    }
    out += details;
  }
  return out;
}

}  // namespace provision
