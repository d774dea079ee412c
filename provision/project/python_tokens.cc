#include "provision/project/python_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using Kind = PythonToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) { return begins_name(c) || is_digit(c); }

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// True for what may stand before a string's quote: "r", "Rb", "f", ...
bool is_prefix(std::string_view word) {
  constexpr std::array<std::string_view, 11> kPrefixes = {"r",  "u",  "b",  "f",  "t", "rb",
                                                          "br", "fr", "rf", "tr", "rt"};
  if (word.empty() || word.size() > 2) return false;
  return std::find(kPrefixes.begin(), kPrefixes.end(), lower(word)) != kPrefixes.end();
}

class Tokenizer {
 public:
  Tokenizer(std::string_view source, const std::string& file) : source_(source), file_(file) {
    tokens_.reserve(source.size() / 6);
  }

  std::vector<PythonToken> run() && {
    while (at_ < source_.size()) step();
    if (!brackets_.empty()) throw error(brackets_.back(), "a bracket is never closed");
    end_line();
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = source_[at_];
    if (c == '\n') {
      if (brackets_.empty()) end_line();
      pass_line_end();
    } else if (c == ' ' || c == '\t' || c == '\f') {
      ++at_;
    } else if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size());
    } else if (c == '\\' && peek(1) == '\n') {
      ++at_;
      pass_line_end();
    } else if (begins_name(c) || is_quote(c)) {
      name_or_string();
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else {
      sign();
    }
  }

  char peek(size_t ahead) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void pass_line_end() {
    ++at_;
    ++line_;
    line_begin_ = at_;
  }

  void end_line() {
    if (tokens_.empty() || tokens_.back().kind == Kind::newline) return;
    tokens_.push_back({Kind::newline, {}, at_, line_, column()});
  }

  int column() const { return static_cast<int>(at_ - line_begin_); }

  /// The token that goes on to `end`, on one line.
  void add(Kind kind, size_t end) {
    tokens_.push_back({kind, source_.substr(at_, end - at_), at_, line_, column()});
    at_ = end;
  }

  void name_or_string() {
    size_t end = at_;
    while (end < source_.size() && continues_name(source_[end])) ++end;
    const std::string_view word = source_.substr(at_, end - at_);
    const bool is_string = end < source_.size() && is_quote(source_[end]);
    if (!is_string || !(word.empty() || is_prefix(word))) return add(Kind::name, end);
    PythonToken token{Kind::string, {}, at_, line_, column()};
    at_ = end;
    pass_string(word.find_first_of("fFtT") != std::string_view::npos, 0);
    token.text = source_.substr(token.begin, at_ - token.begin);
    tokens_.push_back(token);
  }

  void number() {
    const bool is_hexadecimal = peek(1) == 'x' || peek(1) == 'X';
    size_t end = at_;
    while (end < source_.size()) {
      const char c = source_[end];
      const bool is_sign = (c == '+' || c == '-') && !is_hexadecimal && end > at_ &&
                           (source_[end - 1] == 'e' || source_[end - 1] == 'E');
      if (!continues_name(c) && c != '.' && !is_sign) break;
      ++end;
    }
    add(Kind::number, end);
  }

  void sign() {
    constexpr std::array<std::string_view, 5> kOfThree = {"**=", "//=", "<<=", ">>=", "..."};
    constexpr std::string_view kBeforeEquals = "=!<>+-*/|&^%@:";
    const char c = source_[at_];
    if (c == '(' || c == '[' || c == '{') brackets_.push_back(line_);
    if (c == ')' || c == ']' || c == '}') {
      if (brackets_.empty()) throw error(line_, fmt::format("nothing is open before '{}'", c));
      brackets_.pop_back();
    }
    const std::string_view three = source_.substr(at_, 3);
    if (std::find(kOfThree.begin(), kOfThree.end(), three) != kOfThree.end()) {
      return add(Kind::sign, at_ + 3);
    }
    const bool is_double = (c == '*' || c == '/' || c == '<' || c == '>') && peek(1) == c;
    const bool is_two = is_double || (c == '-' && peek(1) == '>') ||
                        (peek(1) == '=' && kBeforeEquals.find(c) != std::string_view::npos);
    add(Kind::sign, at_ + (is_two ? 2 : 1));
  }

  /// Passes the string whose quote is next.
  void pass_string(bool is_formatted, int depth) {
    constexpr int kDeepest = 100;
    const int first_line = line_;
    if (depth > kDeepest) throw error(first_line, "strings are nested too deeply");
    const char quote = source_[at_];
    const bool is_triple = peek(1) == quote && peek(2) == quote;
    const size_t length = is_triple ? 3 : 1;
    const std::string_view mark = source_.substr(at_, length);
    at_ += length;
    while (at_ < source_.size()) {
      if (source_.substr(at_, length) == mark) {
        at_ += length;
        return;
      }
      if (source_[at_] == '\n' && !is_triple) break;
      if (is_formatted && source_[at_] == '{' && peek(1) != '{') {
        pass_replacement(depth + 1, first_line);
      } else {
        const bool is_brace = is_formatted && peek(1) == '{';  // doubled, or after a backslash
        pass_character(source_[at_] == '{' ? is_brace : source_[at_] == '\\' && !is_brace);
      }
    }
    throw error(first_line, "a string has no end");
  }

  void pass_character(bool is_pair) {
    if (is_pair && at_ + 1 < source_.size()) ++at_;
    pass();
  }

  /// Passes one byte.
  void pass() {
    if (source_[at_] == '\n') return pass_line_end();
    ++at_;
  }

  /// Passes "{expression!r:>{width}}" of a formatted string.
  void pass_replacement(int depth, int first_line) {
    ++at_;
    int open = 0;
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '}' && open == 0) {
        ++at_;
        return;
      }
      if (is_quote(c)) {
        pass_string(is_formatted_before(at_), depth + 1);
        continue;
      }
      if (c == ':' && open == 0) return pass_format(depth, first_line);
      if (c == '#') at_ = std::min(source_.find('\n', at_), source_.size() - 1);
      if (c == '(' || c == '[' || c == '{') ++open;
      if (c == ')' || c == ']' || c == '}') --open;
      pass();
    }
    throw error(first_line, "a string has no end");
  }

  /// Passes the rest of a replacement, from the colon before its format.
  void pass_format(int depth, int first_line) {
    if (depth > 50) throw error(first_line, "strings are nested too deeply");
    while (at_ < source_.size()) {
      const char c = source_[at_];
      if (c == '{') {
        pass_replacement(depth + 1, first_line);
        continue;
      }
      pass();
      if (c == '}') return;
    }
    throw error(first_line, "a string has no end");
  }

  /// True if the quote at `quote` has "f" or "t" in the prefix before it.
  bool is_formatted_before(size_t quote) const {
    size_t begin = quote;
    while (begin > 0 && quote - begin < 3 && continues_name(source_[begin - 1])) --begin;
    const std::string_view word = source_.substr(begin, quote - begin);
    return is_prefix(word) && word.find_first_of("fFtT") != std::string_view::npos;
  }

  Error error(int line, std::string_view trouble) const {
    return usage_error(Place{file_, line}, trouble, "this is no Python that can be read");
  }

  std::string_view source_;
  const std::string& file_;
  size_t at_ = 0;
  int line_ = 1;
  size_t line_begin_ = 0;
  std::vector<int> brackets_;  ///< the lines of those that are open
  std::vector<PythonToken> tokens_;
};

}  // namespace

std::vector<PythonToken> python_tokens(std::string_view source, const std::string& file) {
  return Tokenizer(source, file).run();
}

}  // namespace provision
