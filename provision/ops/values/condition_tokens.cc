#include "provision/ops/values/condition_tokens.h"

#include <algorithm>

#include "provision/base/text.h"

namespace provision::values {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 128;
}
bool is_operator(char c) {
  return std::string_view("+-*/<>=~!@#%^&|?").find(c) != std::string_view::npos;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (skip_blanks()) tokens.push_back(next());
    tokens.emplace_back();
    return tokens;
  }

 private:
  char at(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  bool skip_blanks() {
    while (at_ < sql_.size()) {
      if (sql_.substr(at_, 2) == "--") {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sql_.substr(at_, 2) == "/*") {
        const size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else if (std::string_view(" \t\r\n\f").find(at()) != std::string_view::npos) {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  Token next() {
    const char c = at();
    if (c == '\'') return {Token::Kind::string, quoted('\'', false)};
    if ((c == 'E' || c == 'e') && at(1) == '\'') {
      ++at_;
      return {Token::Kind::string, quoted('\'', true)};
    }
    if (c == '"' || c == '`') return {Token::Kind::name, quoted(c, false)};
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) return number();
    if (is_word(c)) return {Token::Kind::word, lower(run_of(is_word))};
    if (!is_operator(c)) return {Token::Kind::sign, std::string(1, sql_[at_++])};
    return {Token::Kind::sign, operator_sign()};
  }

  template <typename Belongs>
  std::string run_of(Belongs belongs) {
    const size_t start = at_;
    while (at_ < sql_.size() && belongs(at())) ++at_;
    return std::string(sql_.substr(start, at_ - start));
  }

  std::string quoted(char quote, bool has_escapes) {
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (at() == quote && at(1) != quote) break;
      if (at() == quote || (has_escapes && at() == '\\')) ++at_;
      text += at();
    }
    ++at_;
    return text;
  }

  Token number() {
    std::string text = run_of([](char c) { return is_digit(c) || c == '.'; });
    if ((at() == 'e' || at() == 'E') && (is_digit(at(1)) || at(1) == '-' || at(1) == '+')) {
      text += sql_[at_++];
      text += sql_[at_++];
      text += run_of(is_digit);
    }
    return {Token::Kind::number, text};
  }

  /// A minus stands alone: what follows "= -1" is a number with a sign.
  std::string operator_sign() {
    if (at() == '-' && at(1) != '>') return std::string(1, sql_[at_++]);
    const size_t start = at_++;
    while (is_operator(at()) && at() != '-' && at() != '+') ++at_;
    return std::string(sql_.substr(start, at_ - start));
  }

  std::string_view sql_;
  size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view sql) { return Tokenizer(sql).run(); }

}  // namespace provision::values
