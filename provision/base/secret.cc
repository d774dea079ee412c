#include "provision/base/secret.h"

#include <algorithm>
#include <cctype>

#include "provision/base/text.h"

namespace provision {
namespace {

constexpr std::string_view kMask = "***";

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

bool ends_userinfo(char c) {
  return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || is_blank(c);
}

/// The '@' that closes the user part of the URL whose authority begins at `start`, or npos.
size_t userinfo_end(std::string_view text, size_t start) {
  size_t at = std::string_view::npos;
  for (size_t i = start; i < text.size() && !ends_userinfo(text[i]); ++i) {
    if (text[i] == '@') at = i;
  }
  return at;
}

void mask_urls(std::string& text) {
  for (size_t scheme = text.find("://"); scheme != std::string::npos;
       scheme = text.find("://", scheme + 3)) {
    const size_t start = scheme + 3;
    const size_t at = userinfo_end(text, start);
    if (at == std::string::npos) continue;
    const size_t colon = text.find(':', start);
    if (colon < at) text.replace(colon + 1, at - colon - 1, kMask);
  }
}

size_t after_blanks(std::string_view text, size_t start) {
  while (start < text.size() && is_blank(text[start])) ++start;
  return start;
}

/// Where the quoted or bare value that begins at `start` ends.
size_t value_end(std::string_view text, size_t start) {
  size_t end = start;
  if (end < text.size() && text[end] == '\'') {
    for (++end; end < text.size() && text[end] != '\''; ++end) {
      if (text[end] == '\\') ++end;
    }
    return std::min(end + 1, text.size());
  }
  while (end < text.size() && text[end] != '&' && !is_blank(text[end])) ++end;
  return end;
}

/// `text` with "password = x", as conninfos, URLs and variables have it, and "PASSWORD 'x'", as SQL
/// does, masked.
std::string without_values(const std::string& text) {
  constexpr std::string_view kKey = "password";
  const std::string lowered = lower(text);
  std::string result;
  size_t copied = 0;
  for (size_t key = lowered.find(kKey); key != std::string::npos;
       key = lowered.find(kKey, std::max(copied, key + kKey.size()))) {
    size_t start = after_blanks(text, key + kKey.size());
    if (start == text.size()) break;
    if (text[start] == '=') {
      start = after_blanks(text, start + 1);
    } else if (text[start] != '\'') {
      continue;
    }
    const size_t end = value_end(text, start);
    if (end == start) continue;
    result.append(text, copied, start - copied).append(kMask);
    copied = end;
  }
  return result.append(text, copied);
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string result(text);
  mask_urls(result);
  return without_values(result);
}

}  // namespace provision
