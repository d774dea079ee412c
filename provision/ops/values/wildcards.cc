#include "provision/ops/values/wildcards.h"

namespace provision::values {
namespace {

std::string quoted(char c) {
  const bool is_special = std::string_view("^$.[](){}*+?|\\").find(c) != std::string_view::npos;
  return is_special ? std::string("\\") + c : std::string(1, c);
}

}  // namespace

std::string regex_of_like(std::string_view pattern) {
  std::string regex;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      regex += quoted(pattern[++i]);
    } else if (pattern[i] == '%') {
      regex += "[a-z]*";
    } else if (pattern[i] == '_') {
      regex += "[a-z]";
    } else {
      regex += quoted(pattern[i]);
    }
  }
  return regex;
}

std::string regex_of_similar(std::string_view pattern) {
  std::string regex;
  for (const char c : pattern) {
    if (c == '%' || c == '_') {
      regex += c == '%' ? "[a-z]*" : "[a-z]";
    } else {
      regex += c;
    }
  }
  return regex;
}

std::string regex_of_glob(std::string_view pattern) {
  std::string regex;
  bool in_class = false;
  for (const char c : pattern) {
    if (in_class || c == '[') {
      in_class = c != ']';
      regex += c;
    } else if (c == '*') {
      regex += "[a-z]*";
    } else if (c == '?') {
      regex += "[a-z]";
    } else {
      regex += quoted(c);
    }
  }
  return regex;
}

}  // namespace provision::values
