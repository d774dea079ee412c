// Text on its way to a terminal: nothing in it may move the cursor, colour or reorder what is seen.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "provision/base/text.h"
#include "provision/base/utf8.h"

namespace provision {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <size_t count>
bool is_in(char32_t value, const Range (&ranges)[count]) {
  return std::any_of(std::begin(ranges), std::end(ranges), [value](const Range& range) {
    return value >= range.first && value <= range.last;
  });
}

/// C1 controls, line and paragraph separators, what changes the direction of text, tags, and what
/// is no character at all.
constexpr Range kHidden[] = {{0x80, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
                             {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
                             {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F}};

constexpr Range kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                           {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                           {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                           {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

/// Combining marks, joiners and variation selectors: drawn over what stands before them.
constexpr Range kWithoutWidth[] = {
    {0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};

bool is_plain(char c) { return c >= ' ' && c != '\x7F'; }

/// Appends the first character of `rest`, made safe, and returns how many bytes of `rest` it was.
size_t append_printable(std::string& result, std::string_view rest, bool keep_lines) {
  const char c = rest.front();
  if (keep_lines && rest.starts_with("\r\n")) return 1;
  if (is_plain(c) || (keep_lines && (c == '\n' || c == '\t'))) {
    result += c;
    return 1;
  }
  const CodePoint point = first_code_point(rest);
  if (point.size <= 1) {
    fmt::format_to(std::back_inserter(result), "\\x{:02X}", static_cast<unsigned char>(c));
    return 1;
  }
  if (is_in(point.value, kHidden)) {
    fmt::format_to(std::back_inserter(result), "\\u{{{:04X}}}",
                   static_cast<std::uint32_t>(point.value));
  } else {
    result += rest.substr(0, point.size);
  }
  return point.size;
}

}  // namespace

std::string printable(std::string_view text, bool keep_lines) {
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string result;
  result.reserve(text.size() + 16);
  while (!text.empty()) text.remove_prefix(append_printable(result, text, keep_lines));
  return result;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.value < 0x300 || !is_in(point.value, kWithoutWidth)) {
      width += point.value >= 0x1100 && is_in(point.value, kWide) ? 2 : 1;
    }
    text.remove_prefix(std::max<size_t>(point.size, 1));
  }
  return width;
}

}  // namespace provision
