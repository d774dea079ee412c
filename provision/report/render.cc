#include "provision/report/render.h"

#include <fmt/format.h>

#include <array>

#include "provision/base/text.h"
#include "provision/report/redaction.h"

namespace provision {
namespace {

struct Format {
  std::string_view name;
  std::string (*render)(const Report& report, const Style& style);
  bool is_general = false;  ///< has a place for whatever a report may hold
};

constexpr std::array kFormats = {
    Format{"text", &to_text, true}, Format{"json", &to_json, true},
    Format{"junit", &to_junit},     Format{"sarif", &to_sarif},
    Format{"github", &to_github},   Format{"markdown", &to_markdown},
    Format{"html", &to_html},
};

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) {
    if (format.is_general) names.emplace_back(format.name);
  }
  return names;
}

std::vector<std::string> check_format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::string render(const Report& report, std::string_view format, const Style& style) {
  for (const Format& known : kFormats) {
    if (known.name == format) return known.render(redacted(report), style);
  }
  throw usage_error(fmt::format("unknown format '{}'", format),
                    name_hint(format, check_format_names()));
}

}  // namespace provision
