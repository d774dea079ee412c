// PostgreSQL's tokens, as far as finding the ends of statements and their leading words needs them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provision::postgresql {

enum class TokenKind {
  word,       ///< a keyword or an identifier, as it is written
  quoted,     ///< "an identifier"
  string,     ///< any kind of string literal, dollar quotes included
  symbol,     ///< one character of anything else: an operator, a number's digits, '(' or ';'
  unfinished  ///< a quote or comment that does not end
};

struct Token {
  TokenKind kind = TokenKind::symbol;
  size_t begin = 0;
  size_t end = 0;

  std::string_view in(std::string_view sql) const { return sql.substr(begin, end - begin); }
};

/// Reads `sql` token by token; white space and comments are passed over.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  /// False at the end of the text.
  bool next(Token& token);
  /// Goes on at `position`.
  void skip_to(size_t position) { at_ = position; }

 private:
  char at(size_t position) const { return position < sql_.size() ? sql_[position] : '\0'; }
  /// False if a comment does not end.
  bool skip_blanks();
  bool skip_block_comment();
  TokenKind take(size_t begin);
  TokenKind take_quoted(char quote, bool backslash);
  TokenKind take_escape_string();
  TokenKind take_dollar();
  void take_word();

  std::string_view sql_;
  size_t at_ = 0;
};

/// True if the word `text` is the keyword `keyword`, which is given in upper case.
bool is_keyword(std::string_view text, std::string_view keyword);

/// The value of a word or quoted identifier: folded, or with its quotes undone.
std::string identifier_value(std::string_view text);

/// The leading words and symbols of a statement, outside parentheses, words in upper case; at most
/// `limit` of them. A string is "'", a quoted identifier is '"', a parenthesis with all in it "()".
std::vector<std::string> leading_words(std::string_view sql, size_t limit);

}  // namespace provision::postgresql
