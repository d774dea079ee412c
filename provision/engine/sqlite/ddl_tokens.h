// The tokens of SQL text that SQLite keeps: the alphabet of everything that reads a schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace provision::sqlite {

enum class TokenKind : std::uint8_t {
  word,    ///< a keyword or a name that is not quoted
  quoted,  ///< "a", `a` or [a]
  text,    ///< 'a'; SQLite takes it for a name, too, where only a name may stand
  number,
  blob,    ///< x'00'
  symbol,  ///< an operator or a punctuation mark
};

/// A part of the text that it was found in, which must outlive it.
struct Token {
  TokenKind kind = TokenKind::symbol;
  std::string_view text;
};

/// All tokens of `sql` but white space and comments. What has no end ends with the text.
std::vector<Token> tokens_of(std::string_view sql);

/// True if `token` is this symbol, or this word (`what` is in lower case) and not quoted.
bool is(const Token& token, std::string_view what);

/// True if `token` can name something.
bool is_name(const Token& token);

/// The name that `token` stands for, without quotes and in lower case: SQLite sees no case in
/// names.
std::string name_in(const Token& token);

/// What a quoted token holds, as it is written.
std::string unquoted(const Token& token);

}  // namespace provision::sqlite
