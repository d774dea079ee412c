#include "provision/report/difference_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

/// The kinds whose names are more than one word.
constexpr std::array<std::string_view, 22> kLongKinds = {"access method",
                                                         "base type",
                                                         "composite type",
                                                         "default privileges",
                                                         "enum type",
                                                         "event trigger",
                                                         "foreign data wrapper",
                                                         "foreign key",
                                                         "foreign server",
                                                         "foreign table",
                                                         "materialized view",
                                                         "not null",
                                                         "operator class",
                                                         "operator family",
                                                         "primary key",
                                                         "range type",
                                                         "text search configuration",
                                                         "text search dictionary",
                                                         "text search parser",
                                                         "text search template",
                                                         "user mapping",
                                                         "virtual table"};

bool has_lines(const std::string& text) { return text.find('\n') != std::string::npos; }

std::string without_commands(std::string text) {
  for (size_t at = text.find("##"); at != std::string::npos; at = text.find("##", at + 1)) {
    text.replace(at + 1, 1, "\\x23");
  }
  return text;
}

void add_value(std::vector<DifferenceLine>& lines, char sign, std::string_view label,
               const std::string& value) {
  const std::string safe = without_commands(printable(value, true));
  bool is_first = true;
  for (const std::string_view line : lines_of(safe)) {
    lines.push_back({sign, true, fmt::format("{:<8}  {}", is_first ? label : "", line)});
    is_first = false;
  }
}

void add_changed_lines(std::vector<DifferenceLine>& lines, const Difference& difference) {
  const std::string changes = without_commands(line_difference(
      printable(difference.expected, true) + "\n", printable(difference.actual, true) + "\n"));
  for (const std::string_view line : lines_of(changes)) {
    const bool is_mark = line == "...";
    lines.push_back({is_mark || line.empty() ? ' ' : line[0], true,
                     std::string(is_mark || line.empty() ? line : line.substr(1))});
  }
}

}  // namespace

std::string one_line(std::string_view text) { return without_commands(printable(text)); }

std::vector<DifferenceLine> lines_of(const Difference& difference) {
  std::string subject = one_line(difference.object);
  if (!difference.attribute.empty()) subject += ", " + one_line(difference.attribute);
  std::vector<DifferenceLine> lines;
  if (difference.type == "missing") {
    lines.push_back({'-', false, std::move(subject)});
  } else if (difference.type == "extra") {
    lines.push_back({'+', false, subject + " (expected nothing)"});
  } else {
    lines.push_back({'~', false, std::move(subject)});
    if (has_lines(difference.expected) || has_lines(difference.actual)) {
      add_changed_lines(lines, difference);
      return lines;
    }
    add_value(lines, '-', "expected",
              difference.expected.empty() ? "nothing" : difference.expected);
    add_value(lines, '+', "actual", difference.actual.empty() ? "nothing" : difference.actual);
    return lines;
  }
  if (!difference.expected.empty()) add_value(lines, '-', "expected", difference.expected);
  if (!difference.actual.empty()) add_value(lines, '+', "actual", difference.actual);
  return lines;
}

std::string quoted_detail(const std::string& detail) {
  std::string out;
  const std::string safe = without_commands(printable(detail, true));
  for (const std::string_view line : lines_of(safe)) out += fmt::format("  | {}\n", line);
  return out;
}

std::string plain_text(const Finding& finding, size_t most, bool with_notes) {
  std::string out = fmt::format("{}  {}: {}\n", one_line(finding.verdict),
                                one_line(finding.subject), one_line(finding.message));
  if (!finding.file.empty()) {
    out += fmt::format("  at {}\n", one_line(Place{finding.file, finding.line}.text()));
  }
  size_t shown = 0;
  size_t left = 0;
  for (const Difference& difference : finding.differences) {
    if (!difference.counts && !with_notes) continue;
    if (shown++ >= most) {
      ++left;
      continue;
    }
    for (const DifferenceLine& line : lines_of(difference)) {
      out += fmt::format("{}{} {}\n", line.is_value ? "    " : "  ", line.sign, line.text);
    }
  }
  if (left > 0)
    out += fmt::format("  and {} more\n", counted(static_cast<std::int64_t>(left), "difference"));
  return out + quoted_detail(finding.detail);
}

std::string kind_of(const Difference& difference) {
  const std::string_view object = difference.object;
  const auto* found =
      std::find_if(kLongKinds.begin(), kLongKinds.end(), [&](std::string_view kind) {
        return object.starts_with(kind) && object.substr(kind.size()).starts_with(' ');
      });
  if (found != kLongKinds.end()) return std::string(*found);
  return std::string(object.substr(0, object.find(' ')));
}

}  // namespace provision
