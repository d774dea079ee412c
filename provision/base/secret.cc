#include "provision/base/secret.h"

#include <cctype>

namespace provision {
namespace {

constexpr std::string_view kMask = "***";

bool ends_userinfo(char c) {
  return c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' ||
         std::isspace(static_cast<unsigned char>(c)) != 0;
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

void mask_conninfo(std::string& text) {
  constexpr std::string_view kKey = "password=";
  for (size_t key = text.find(kKey); key != std::string::npos;
       key = text.find(kKey, key + kKey.size())) {
    const size_t start = key + kKey.size();
    size_t end = start;
    if (end < text.size() && text[end] == '\'') {
      for (++end; end < text.size() && text[end] != '\''; ++end) {
        if (text[end] == '\\') ++end;
      }
      if (end < text.size()) ++end;
    } else {
      while (end < text.size() && text[end] != '&' &&
             std::isspace(static_cast<unsigned char>(text[end])) == 0) {
        ++end;
      }
    }
    if (end > start) text.replace(start, std::min(end, text.size()) - start, kMask);
  }
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string result(text);
  mask_urls(result);
  mask_conninfo(result);
  return result;
}

}  // namespace provision
