#include "provision/report/render.h"

#include <fmt/format.h>

#include <array>

#include "provision/base/text.h"

namespace provision {
namespace {

struct Format {
  std::string_view name;
  std::string (*render)(const Report& report, const Style& style);
};

constexpr std::array kFormats = {Format{"text", &to_text}, Format{"json", &to_json}};

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

std::string render(const Report& report, std::string_view format, const Style& style) {
  for (const Format& known : kFormats) {
    if (known.name == format) return known.render(report, style);
  }
  throw usage_error(fmt::format("unknown format '{}'", format), name_hint(format, format_names()));
}

}  // namespace provision
