#include "provision/project/template_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "provision/base/text.h"

namespace provision {
namespace {

using Kind = TemplatePart::Kind;

constexpr int kWidest = 18;

struct Placeholder {
  std::string_view name;
  Kind kind;
  bool has_width;
};

constexpr std::array kPlaceholders = {
    Placeholder{"n", Kind::number, true},     Placeholder{"digits", Kind::digits, true},
    Placeholder{"hex", Kind::hex, true},      Placeholder{"word", Kind::word, false},
    Placeholder{"first", Kind::first, false}, Placeholder{"last", Kind::last, false},
};

int width_of(std::string_view digits, const Placeholder& placeholder, const Place& place) {
  int width = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, width);
  const bool is_number = error == std::errc() && stop == end && width >= 1 && width <= kWidest;
  if (is_number && placeholder.has_width) return width;
  throw usage_error(place,
                    placeholder.has_width
                        ? fmt::format("'{}' is no width of '{{{}}}'", digits, placeholder.name)
                        : fmt::format("'{{{}}}' has no width", placeholder.name),
                    fmt::format("a width is a number from 1 to {}: {{n:4}}", kWidest));
}

/// What stands between braces.
TemplatePart placeholder_of(std::string_view inside, const Place& place) {
  const size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  std::vector<std::string> known;
  for (const Placeholder& placeholder : kPlaceholders) {
    known.emplace_back(placeholder.name);
    if (placeholder.name != name) continue;
    TemplatePart part{.kind = placeholder.kind};
    if (colon != std::string_view::npos) {
      part.width = width_of(inside.substr(colon + 1), placeholder, place);
    } else if (part.kind == Kind::digits || part.kind == Kind::hex) {
      part.width = 1;
    }
    return part;
  }
  throw usage_error(place, fmt::format("unknown placeholder '{{{}}}' in a template", name),
                    name_hint(name, known));
}

}  // namespace

std::vector<TemplatePart> parse_template(std::string_view text, const Place& place) {
  std::vector<TemplatePart> parts;
  const auto add_text = [&](char c) {
    if (parts.empty() || parts.back().kind != Kind::text) parts.emplace_back();
    parts.back().text += c;
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_brace = c == '{' || c == '}';
    if (!is_brace) {
      add_text(c);
    } else if (text.substr(at + 1, 1) == text.substr(at, 1)) {
      add_text(c);
      ++at;
    } else {
      const size_t end = c == '{' ? text.find('}', at) : std::string_view::npos;
      if (end == std::string_view::npos) {
        throw usage_error(place, fmt::format("'{}' without its other in a template", c),
                          "write '{{' and '}}' for braces that stay");
      }
      parts.push_back(placeholder_of(text.substr(at + 1, end - at - 1), place));
      at = end;
    }
  }
  return parts;
}

}  // namespace provision
