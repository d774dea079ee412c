#include "provision/report/difference_text.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/model/schema.h"
#include "provision/report/compared.h"

namespace provision {
namespace {

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

std::vector<DifferenceLine> value_lines(const Difference& difference) {
  std::vector<DifferenceLine> lines;
  const bool is_changed = difference.type != "missing" && difference.type != "extra";
  if (is_changed && (has_lines(difference.expected) || has_lines(difference.actual))) {
    add_changed_lines(lines, difference);
    return lines;
  }
  const auto add = [&](char sign, std::string_view side, const std::string& value) {
    if (is_changed || !value.empty())
      add_value(lines, sign, side, value.empty() ? "nothing" : value);
  };
  add('-', "expected", difference.expected);
  add('+', "actual", difference.actual);
  return lines;
}

std::vector<DifferenceLine> lines_of(const Difference& difference) {
  std::string subject = one_line(difference.object);
  if (!difference.attribute.empty()) subject += ", " + one_line(difference.attribute);
  if (difference.type == "extra" && difference.expected.empty()) subject += " (expected nothing)";
  if (!difference.severity.empty()) {
    subject +=
        fmt::format("  [{}: {}]", one_line(difference.severity), one_line(difference.reason));
  }
  std::vector<DifferenceLine> lines = value_lines(difference);
  lines.insert(lines.begin(), {sign_of(difference.type), false, std::move(subject)});
  return lines;
}

std::string quoted_detail(const std::string& detail) {
  std::string out;
  const std::string safe = without_commands(printable(detail, true));
  for (const std::string_view line : lines_of(safe)) out += fmt::format("  | {}\n", line);
  return out;
}

std::string subject_text(const Finding& finding) {
  const std::string database = one_line(finding.database);
  return database.empty() ? one_line(finding.subject) : database + "  " + one_line(finding.subject);
}

std::string plain_text(const Finding& finding, size_t most, bool with_notes) {
  std::string out = fmt::format("{}  {}: {}\n", one_line(finding.verdict), subject_text(finding),
                                one_line(finding.message));
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
  return difference.difference_class == "data" ? "rows" : kind_of(difference.object);
}

std::string kind_of(std::string_view object) {
  constexpr size_t kLongestKind = 40;
  size_t end = object.find(' ');
  for (size_t blank = end; blank < kLongestKind; blank = object.find(' ', blank + 1)) {
    if (object_kind(object.substr(0, blank))) end = blank;
  }
  return std::string(object.substr(0, end));
}

}  // namespace provision
