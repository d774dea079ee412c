// The table of report formats: from a Report, and from nothing else, to text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/report.h"

namespace provision {

/// How text for people looks.
struct Style {
  bool colour = false;
  bool verbose = false;
};

std::vector<std::string> format_names();

/// `report` in `format`. Throws usage Error that suggests the nearest known format.
std::string render(const Report& report, std::string_view format, const Style& style);

/// Aligned columns and, if asked for, colours.
std::string to_text(const Report& report, const Style& style);
/// One object: "command", "ok", then facts, tables (arrays of objects) and findings by their keys.
std::string to_json(const Report& report, const Style& style);

/// An error as JSON has it: {"command": ..., "ok": false, "error": {...}}.
std::string error_json(const std::string& command, const Error& error);

}  // namespace provision
