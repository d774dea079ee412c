#include "provision/engine/sqlite/ddl_cursor.h"

namespace provision::sqlite {
namespace {

/// Where the group that begins `tokens` ends: the place of its ")", or the size if it has none.
size_t group_end(Tokens tokens) {
  size_t depth = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (is(tokens[i], "(")) ++depth;
    if (is(tokens[i], ")") && --depth == 0) return i;
  }
  return tokens.size();
}

}  // namespace

Tokens Cursor::take_group() {
  const size_t end = at("(") ? group_end(rest_) : rest_.size();
  if (end == rest_.size()) {
    fail();
    return {};
  }
  const Tokens inside = rest_.subspan(1, end - 1);
  rest_ = rest_.subspan(end + 1);
  return inside;
}

std::vector<Tokens> split_at_commas(Tokens tokens) {
  std::vector<Tokens> parts;
  size_t depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (is(tokens[i], "(")) ++depth;
    if (is(tokens[i], ")") && depth > 0) --depth;
    if (depth != 0 || !is(tokens[i], ",")) continue;
    parts.push_back(tokens.subspan(start, i - start));
    start = i + 1;
  }
  parts.push_back(tokens.subspan(start));
  return parts;
}

Tokens without_parentheses(Tokens tokens) {
  while (tokens.size() > 2 && is(tokens.front(), "(") && group_end(tokens) == tokens.size() - 1) {
    tokens = tokens.subspan(1, tokens.size() - 2);
  }
  return tokens;
}

}  // namespace provision::sqlite
