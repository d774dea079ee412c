#include "provision/report/html_text.h"

#include <fmt/format.h>

#include <cctype>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/report/word_difference.h"

namespace provision {
namespace {

std::string marked(const std::vector<Word>& words) {
  std::string html;
  bool is_open = false;
  for (const Word& word : words) {
    if (word.is_changed != is_open) html += is_open ? "</mark>" : "<mark>";
    is_open = word.is_changed;
    html += html_escaped(word.text, true);
  }
  return is_open ? html + "</mark>" : html;
}

int digit_of(char hexadecimal) {
  return hexadecimal <= '9' ? hexadecimal - '0' : hexadecimal - 'a' + 10;
}

std::string bytes_of(std::string_view hexadecimal) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    bytes += static_cast<char>(digit_of(hexadecimal[i]) * 16 + digit_of(hexadecimal[i + 1]));
  }
  return bytes;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (size_t j = i; j < i + 3; ++j) {
      group = group << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    }
    for (size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kDigits[group >> (6 * (3 - j)) & 63U];
    }
  }
  return text;
}

}  // namespace

std::string html_escaped(std::string_view text, bool keep_lines) {
  std::string html;
  for (const char c : printable(text, keep_lines)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string html_element(std::string_view name, std::string_view kind, std::string_view text) {
  const std::string attribute = kind.empty() ? "" : fmt::format(" class=\"{}\"", kind);
  return fmt::format("<{}{}>{}</{}>", name, attribute, html_escaped(text, name == "pre"), name);
}

std::pair<std::string, std::string> marked_changes(std::string_view expected,
                                                   std::string_view actual) {
  const auto [before, after] = word_difference(expected, actual);
  return {marked(before), marked(after)};
}

std::string policy_hash(std::string_view content) {
  return "sha256-" + base64(bytes_of(sha256(content)));
}

}  // namespace provision
