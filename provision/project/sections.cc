#include "provision/project/sections.h"

#include <algorithm>

#include "provision/base/text.h"

namespace provision {

void Section::open(int line) {
  if (is_open_) return;
  is_open_ = true;
  first_ = line + 1;
  next_ = first_;
}

void Section::add(int line, std::string_view text) {
  if (text_.empty()) {
    first_ = line;
    next_ = line;
  }
  text_.append(static_cast<size_t>(line - next_), '\n');
  text_.append(text).push_back('\n');
  next_ = line + 1;
}

void LineStatements::read(int line, std::string_view text) {
  const std::string_view words = trimmed(text);
  const bool says_nothing = words.empty() || words.starts_with("--");
  if (says_nothing) return;
  std::string_view last;
  for (size_t at = 0; at < words.size();) {
    const size_t begin = words.find_first_not_of(" \t\r", at);
    if (begin == std::string_view::npos) break;
    at = std::min(words.find_first_of(" \t\r", begin), words.size());
    const std::string_view word = words.substr(begin, at - begin);
    if (word.starts_with("--")) break;
    last = word;
  }
  if (last.ends_with(';')) {
    begun_ = 0;
  } else if (begun_ == 0) {
    begun_ = line;
  }
}

std::vector<Script> Section::scripts(bool transactional) && {
  if (!is_open_) return {};
  if (is_blank()) text_.clear();
  Script script;
  script.text = std::move(text_);
  script.line = first_;
  script.transactional = transactional;
  return {std::move(script)};
}

}  // namespace provision
