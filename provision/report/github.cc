// Workflow commands of GitHub Actions: each finding as an annotation of the line it is about.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "provision/base/secret.h"
#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr size_t kMostDifferences = 20;
constexpr size_t kMostObjects = 50;  // of a comparison; GitHub shows ten of each level

/// `text` within a command: what would end it, or a property of it, as an escape.
std::string escaped(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : text) {
    const bool ends_command = c == '%' || c == '\r' || c == '\n';
    const bool ends_property = c == ':' || c == ',';
    if (ends_command || (is_property && ends_property)) {
      fmt::format_to(std::back_inserter(result), "%{:02X}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result;
}

std::string property(std::string_view name, std::string_view text) {
  return fmt::format("{}={}", name, escaped(one_line(text), true));
}

/// The command for a finding: how loud GitHub is about it.
std::string_view level_of(const Finding& finding) {
  constexpr std::string_view kLevels[] = {"error", "notice", "warning", "error"};
  return kLevels[rank_of(worst_severity(finding))];
}

std::string annotation(std::string_view level, const Place& place, const std::string& title,
                       std::string_view message) {
  std::vector<std::string> properties;
  if (!place.file.empty()) properties.push_back(property("file", place.file));
  if (place.line > 0) properties.push_back(property("line", std::to_string(place.line)));
  properties.push_back(property("title", title));
  return fmt::format("::{} {}::{}\n", level, joined(properties, ","),
                     escaped(trimmed(message), false));
}

std::string said_of(const Report& report, const ComparedReport& sorted) {
  if (!report.checks.empty()) return described(tally(report.checks));
  if (!report.comparisons.empty()) return described(sorted);
  return counted(static_cast<std::int64_t>(report.findings.size()), "finding");
}

}  // namespace

std::string to_github(const Report& report, const Style&) {
  const ComparedReport sorted = compared(report);
  std::vector<const Finding*> findings = sorted.others;
  size_t left_out = 0;
  for (const Compared& one : sorted.comparisons) {
    for (size_t i = 0; i < one.objects.size(); ++i) {
      if (i < kMostObjects) findings.push_back(one.objects[i].finding);
    }
    left_out += one.objects.size() - std::min(one.objects.size(), kMostObjects);
  }
  std::string out;
  for (const Finding* finding : findings) {
    const std::string title = fmt::format("provision {}: {}: {}", report.command, finding->verdict,
                                          subject_text(*finding));
    out += annotation(level_of(*finding), {finding->file, finding->line}, title,
                      plain_text(*finding, kMostDifferences));
  }
  if (left_out > 0) {
    out += fmt::format("{} more without an annotation\n",
                       counted(static_cast<std::int64_t>(left_out), "object"));
  }
  return out + fmt::format("provision {}: {}\n", one_line(report.command), said_of(report, sorted));
}

std::string error_github(const std::string& command, const Error& error) {
  return annotation("error", error.place(), "provision " + command,
                    printable(redacted(error.message()), true));
}

}  // namespace provision
