#include "provision/project/sections.h"

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
