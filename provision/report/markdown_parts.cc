#include "provision/report/markdown_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/report/difference_text.h"

namespace provision {
namespace {

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

struct ToMarkdown {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.1f}", value); }
  std::string operator()(const std::string& value) const { return markdown_code(value); }
  std::string operator()(const std::vector<std::string>& value) const {
    return markdown_code(joined(value, ", "));
  }
};

std::string cell_of(const Cell& cell) { return std::visit(ToMarkdown(), cell.value); }

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return markdown_escaped(name);
}

}  // namespace

std::string markdown_escaped(std::string_view text) {
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

std::string markdown_code(std::string_view text) {
  return text.empty() ? "" : fmt::format("<code>{}</code>", markdown_escaped(text));
}

std::string markdown_differences(const Finding& finding) {
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

std::string markdown_details(const Finding& finding) {
  std::string out = fmt::format("<details><summary><b>{}</b> {}{}{}: {}</summary>\n\n",
                                markdown_escaped(finding.verdict), markdown_code(finding.database),
                                finding.database.empty() ? "" : " ", markdown_code(finding.subject),
                                markdown_escaped(finding.message));
  if (!finding.file.empty()) {
    out += fmt::format("at {}\n\n", markdown_code(Place{finding.file, finding.line}.text()));
  }
  return out + markdown_differences(finding) + "</details>\n\n";
}

std::string markdown_table(const Table& table) {
  constexpr size_t kMostRows = 100;
  std::vector<size_t> shown;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_filled = std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      return i < row.size() && !cell_of(row[i]).empty();
    });
    if (is_filled && table.columns[i].shown == Shown::always) shown.push_back(i);
  }
  if (shown.empty()) return "";
  std::string out =
      fmt::format("**{}**\n\n|", spaced(table.title.empty() ? table.key : table.title));
  for (const size_t i : shown) {
    const Column& column = table.columns[i];
    out += fmt::format(" {} |", spaced(column.heading.empty() ? column.key : column.heading));
  }
  out += "\n|";
  for (size_t i = 0; i < shown.size(); ++i) out += "---|";
  out += "\n";
  for (size_t row = 0; row < std::min(table.rows.size(), kMostRows); ++row) {
    out += "|";
    for (const size_t i : shown) {
      const bool is_there = i < table.rows[row].size();
      out += fmt::format(" {} |", is_there ? cell_of(table.rows[row][i]) : "");
    }
    out += "\n";
  }
  if (table.rows.size() > kMostRows) {
    out += fmt::format("\n{} more are not shown here.\n", table.rows.size() - kMostRows);
  }
  return out + "\n";
}

}  // namespace provision
