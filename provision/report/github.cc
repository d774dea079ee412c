// Workflow commands of GitHub Actions: each finding as an annotation of the line it is about.
#include <fmt/format.h>

#include <iterator>

#include "provision/base/secret.h"
#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/tally.h"

namespace provision {
namespace {

constexpr size_t kMostDifferences = 20;

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

std::string annotation(const Place& place, const std::string& title, std::string_view message) {
  std::vector<std::string> properties;
  if (!place.file.empty()) properties.push_back(property("file", place.file));
  if (place.line > 0) properties.push_back(property("line", std::to_string(place.line)));
  properties.push_back(property("title", title));
  return fmt::format("::error {}::{}\n", joined(properties, ","), escaped(trimmed(message), false));
}

}  // namespace

std::string to_github(const Report& report, const Style&) {
  std::string out;
  for (const Finding& finding : report.findings) {
    const std::string title =
        fmt::format("provision {}: {}: {}", report.command, finding.verdict, subject_text(finding));
    out += annotation({finding.file, finding.line}, title, plain_text(finding, kMostDifferences));
  }
  if (!report.checks.empty()) {
    out += fmt::format("provision {}: {}\n", one_line(report.command),
                       described(tally(report.checks)));
  } else {
    out += fmt::format("provision {}: {}\n", one_line(report.command),
                       counted(static_cast<std::int64_t>(report.findings.size()), "finding"));
  }
  return out;
}

std::string error_github(const std::string& command, const Error& error) {
  return annotation(error.place(), "provision " + command,
                    printable(redacted(error.message()), true));
}

}  // namespace provision
