#include "provision/engine/postgresql/lexer.h"

namespace provision::postgresql {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool continues_word(char c) { return begins_word(c) || is_digit(c) || c == '$'; }

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

bool Lexer::next(Token& token) {
  const bool whole = skip_blanks();
  token.begin = at_;
  if (at_ >= sql_.size()) return false;
  if (!whole) {
    token.kind = TokenKind::unfinished;
    at_ = sql_.size();
  } else {
    token.kind = take(token.begin);
  }
  token.end = at_;
  return true;
}

bool Lexer::skip_blanks() {
  while (at_ < sql_.size()) {
    if (is_blank(sql_[at_])) {
      ++at_;
    } else if (sql_[at_] == '-' && at(at_ + 1) == '-') {
      at_ = std::min(sql_.find_first_of("\n\r", at_), sql_.size());
    } else if (sql_[at_] == '/' && at(at_ + 1) == '*') {
      if (!skip_block_comment()) return false;
    } else {
      break;
    }
  }
  return true;
}

bool Lexer::skip_block_comment() {
  int depth = 0;
  for (size_t i = at_; i + 1 < sql_.size(); ++i) {
    if (sql_[i] == '/' && sql_[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (sql_[i] == '*' && sql_[i + 1] == '/') {
      ++i;
      if (--depth == 0) {
        at_ = i + 1;
        return true;
      }
    }
  }
  return false;
}

TokenKind Lexer::take(size_t begin) {
  const char c = sql_[begin];
  const char following = at(begin + 1);
  if (c == '\'') return take_quoted('\'', false);
  if (c == '"') return take_quoted('"', false);
  if (c == '$') return take_dollar();
  if ((c == 'e' || c == 'E') && following == '\'') return take_escape_string();
  if (following == '\'' && (c == 'b' || c == 'B' || c == 'x' || c == 'X' || c == 'n' || c == 'N')) {
    ++at_;
    return take_quoted('\'', false);
  }
  if ((c == 'u' || c == 'U') && following == '&' &&
      (at(begin + 2) == '\'' || at(begin + 2) == '"')) {
    at_ += 2;
    return take_quoted(sql_[at_], false);
  }
  if (begins_word(c)) {
    take_word();
    return TokenKind::word;
  }
  ++at_;
  if (is_digit(c)) {
    // As one token, so that the "e" of 1e5 and the letters of 0xff begin no word.
    while (is_digit(at(at_)) || begins_word(at(at_))) ++at_;
  }
  return TokenKind::symbol;
}

TokenKind Lexer::take_quoted(char quote, bool backslash) {
  for (size_t i = at_ + 1; i < sql_.size(); ++i) {
    if (backslash && sql_[i] == '\\') {
      ++i;
    } else if (sql_[i] == quote) {
      if (at(i + 1) == quote) {
        ++i;
        continue;
      }
      at_ = i + 1;
      return quote == '"' ? TokenKind::quoted : TokenKind::string;
    }
  }
  at_ = sql_.size();
  return TokenKind::unfinished;
}

TokenKind Lexer::take_escape_string() {
  ++at_;
  while (true) {
    if (const TokenKind kind = take_quoted('\'', true); kind != TokenKind::string) return kind;
    // A literal goes on in the next line, with the same kind of escapes.
    size_t i = at_;
    bool new_line = false;
    for (; i < sql_.size() && is_blank(sql_[i]); ++i)
      new_line |= sql_[i] == '\n' || sql_[i] == '\r';
    if (!new_line || at(i) != '\'') return TokenKind::string;
    at_ = i;
  }
}

TokenKind Lexer::take_dollar() {
  const size_t begin = at_;
  size_t i = at_ + 1;
  if (begins_word(at(i))) {
    while (i < sql_.size() && (begins_word(sql_[i]) || is_digit(sql_[i]))) ++i;
  }
  if (at(i) != '$') {
    ++at_;
    while (is_digit(at(at_))) ++at_;
    return TokenKind::symbol;
  }
  const std::string_view tag = sql_.substr(begin, i + 1 - begin);
  const size_t close = sql_.find(tag, i + 1);
  if (close == std::string_view::npos) {
    at_ = sql_.size();
    return TokenKind::unfinished;
  }
  at_ = close + tag.size();
  return TokenKind::string;
}

void Lexer::take_word() {
  while (at_ < sql_.size() && continues_word(sql_[at_])) ++at_;
}

bool is_keyword(std::string_view text, std::string_view keyword) {
  if (text.size() != keyword.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (upper(text[i]) != keyword[i]) return false;
  }
  return true;
}

std::string identifier_value(std::string_view text) {
  std::string value;
  if (text.size() >= 2 && text.front() == '"') {
    for (size_t i = 1; i + 1 < text.size(); ++i) {
      value += text[i];
      if (text[i] == '"') ++i;
    }
    return value;
  }
  for (const char c : text) value += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return value;
}

std::vector<std::string> leading_words(std::string_view sql, size_t limit) {
  std::vector<std::string> words;
  Lexer lexer(sql);
  Token token;
  int depth = 0;
  while (words.size() < limit && lexer.next(token)) {
    const std::string_view text = token.in(sql);
    if (text == "(" && depth++ == 0) words.emplace_back("()");
    if (text == ")" && depth > 0) {
      --depth;
      continue;
    }
    if (depth > 0) continue;
    if (token.kind == TokenKind::word) {
      std::string& word = words.emplace_back(text);
      for (char& c : word) c = upper(c);
    } else if (token.kind == TokenKind::string) {
      words.emplace_back("'");
    } else if (token.kind == TokenKind::quoted) {
      words.emplace_back("\"");
    } else {
      words.emplace_back(text);
    }
  }
  return words;
}

}  // namespace provision::postgresql
