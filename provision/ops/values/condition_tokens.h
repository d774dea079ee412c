// The words and signs of an SQL expression.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provision::values {

struct Token {
  enum class Kind { word, name, string, number, sign, end };

  Kind kind = Kind::end;
  std::string text = {};  ///< of a word in lower case, of a name and a string without quotes
};

/// All tokens of `sql`, the last one of kind `end`.
std::vector<Token> tokens_of(std::string_view sql);

}  // namespace provision::values
