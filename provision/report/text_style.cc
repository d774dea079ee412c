#include "provision/report/text_style.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/base/utf8.h"

namespace provision {
namespace {

std::string_view colour_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "32";
    case Tone::warning:
      return "33";
    case Tone::bad:
      return "31";
    case Tone::dim:
      return "2";
    case Tone::name:
      return "1";
    case Tone::plain:
      return "";
  }
  return "";
}

}  // namespace

std::string painted(const std::string& text, Tone tone, const Style& style) {
  const std::string_view colour = colour_of(tone);
  if (!style.colour || colour.empty() || text.empty()) return text;
  return fmt::format("\033[{}m{}\033[0m", colour, text);
}

Tone tone_of_sign(char sign) {
  switch (sign) {
    case '-':
      return Tone::bad;
    case '+':
      return Tone::good;
    case '~':
      return Tone::warning;
    default:
      return Tone::plain;
  }
}

std::string padding(int width) { return std::string(static_cast<size_t>(std::max(width, 0)), ' '); }

std::string elided(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  constexpr std::string_view kDots = "...";
  const int room = width - static_cast<int>(kDots.size());
  size_t end = 0;
  int taken = 0;
  while (end < text.size()) {
    const size_t size = std::max<size_t>(first_code_point(text.substr(end)).size, 1);
    taken += display_width(text.substr(end, size));
    if (taken > room) break;
    end += size;
  }
  return std::string(trimmed(text.substr(0, end))).append(kDots);
}

}  // namespace provision
