#include "provision/engine/sqlite/ddl_tokens.h"

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision::sqlite {
namespace {

constexpr std::array<std::string_view, 11> kLongSymbols = {"->>", "->", "||", "<=", "<>", "<<",
                                                           ">=",  ">>", "==", "!=", "&&"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// As SQLite has it: all bytes of other scripts are letters.
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  std::vector<Token> tokens() {
    std::vector<Token> found;
    found.reserve(sql_.size() / 5);
    while (skip_to_token()) {
      const size_t start = position_;
      const TokenKind kind = take();
      found.push_back({kind, sql_.substr(start, position_ - start)});
    }
    return found;
  }

 private:
  char at(size_t ahead = 0) const {
    return position_ + ahead < sql_.size() ? sql_[position_ + ahead] : '\0';
  }

  bool skip_to_token() {
    while (position_ < sql_.size()) {
      if (is_blank(at())) {
        ++position_;
      } else if (at() == '-' && at(1) == '-') {
        skip_past("\n", position_ + 2);
      } else if (at() == '/' && at(1) == '*') {
        skip_past("*/", position_ + 2);
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_past(std::string_view end, size_t from) {
    const size_t found = sql_.find(end, from);
    position_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  /// Over a text in quotes; two of them stand for one that is part of the text.
  void skip_quoted(char quote) {
    do {
      skip_past(std::string_view(&quote, 1), position_ + 1);
    } while (at() == quote);
  }

  TokenKind take() {
    const char c = at();
    if (c == '\'') {
      skip_quoted(c);
      return TokenKind::text;
    }
    if (c == '"' || c == '`') {
      skip_quoted(c);
      return TokenKind::quoted;
    }
    if (c == '[') {
      skip_past("]", position_ + 1);
      return TokenKind::quoted;
    }
    if ((c == 'x' || c == 'X') && at(1) == '\'') {
      skip_past("'", position_ + 2);
      return TokenKind::blob;
    }
    if (starts_word(c)) {
      while (continues_word(at())) ++position_;
      return TokenKind::word;
    }
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) {
      take_number();
      return TokenKind::number;
    }
    take_symbol();
    return TokenKind::symbol;
  }

  void take_number() {
    const bool hexadecimal = at() == '0' && (at(1) == 'x' || at(1) == 'X');
    while (continues_word(at()) || at() == '.') {
      const bool exponent = !hexadecimal && (at() == 'e' || at() == 'E');
      ++position_;
      if (exponent && (at() == '+' || at() == '-')) ++position_;
    }
  }

  void take_symbol() {
    for (const std::string_view symbol : kLongSymbols) {
      if (!sql_.substr(position_).starts_with(symbol)) continue;
      position_ += symbol.size();
      return;
    }
    ++position_;
  }

  std::string_view sql_;
  size_t position_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view sql) { return Tokenizer(sql).tokens(); }

bool is(const Token& token, std::string_view what) {
  if (token.text.size() != what.size()) return false;
  if (token.kind == TokenKind::symbol) return token.text == what;
  return token.kind == TokenKind::word &&
         std::equal(what.begin(), what.end(), token.text.begin(), [](char wanted, char c) {
           return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
         });
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted ||
         token.kind == TokenKind::text;
}

std::string unquoted(const Token& token) {
  const std::string_view text = token.text;
  if (token.kind != TokenKind::quoted && token.kind != TokenKind::text) return std::string(text);
  const char end = text.front() == '[' ? ']' : text.front();
  std::string_view inside = text.substr(1);
  if (inside.ends_with(end)) inside.remove_suffix(1);
  std::string name;
  name.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    name += inside[i];
    if (inside[i] == end && i + 1 < inside.size()) ++i;
  }
  return name;
}

std::string name_in(const Token& token) { return lower(unquoted(token)); }

}  // namespace provision::sqlite
