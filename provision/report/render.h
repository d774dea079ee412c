// The table of report formats: from a Report, and from nothing else, to text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/report.h"

namespace provision {

/// How much of a comparison is told: everything, a line an object, or counts.
enum class Detail { full, brief, stat };

/// How text for people looks.
struct Style {
  bool colour = false;
  bool verbose = false;
  Detail detail = Detail::full;
};

/// The formats that any report can have.
std::vector<std::string> format_names();
/// The formats that a report with checks or differences can have: those and more.
std::vector<std::string> check_format_names();

/// `report` in `format`, with every password in it masked. Throws usage Error that suggests the
/// nearest known format.
std::string render(const Report& report, std::string_view format, const Style& style);

/// Aligned columns and, if asked for, colours.
std::string to_text(const Report& report, const Style& style);
/// One object: "command", "ok", then facts, tables (arrays of objects) and findings by their keys.
std::string to_json(const Report& report, const Style& style);
/// JUnit XML: a test case a check.
std::string to_junit(const Report& report, const Style& style);
/// SARIF 2.1.0: a result a finding.
std::string to_sarif(const Report& report, const Style& style);
/// Workflow commands of GitHub Actions: an annotation a finding.
std::string to_github(const Report& report, const Style& style);
/// GitHub's Markdown, for the summary of a job.
std::string to_markdown(const Report& report, const Style& style);
/// One page that needs nothing but itself.
std::string to_html(const Report& report, const Style& style);

/// An error as JSON has it: {"command": ..., "ok": false, "error": {...}}.
std::string error_json(const std::string& command, const Error& error);
/// An error as an annotation of GitHub Actions.
std::string error_github(const std::string& command, const Error& error);

}  // namespace provision
