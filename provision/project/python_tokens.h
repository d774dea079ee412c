// Python source as tokens: enough to tell its statements apart, whatever their strings say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provision {

struct PythonToken {
  enum class Kind {
    name,  ///< or a keyword
    number,
    string,   ///< with its prefix and its quotes
    sign,     ///< an operator, a bracket or a delimiter
    newline,  ///< the end of a logical line
  };

  Kind kind = Kind::newline;
  std::string_view text;
  size_t begin = 0;  ///< its first byte in the source
  int line = 1;
  int column = 0;  ///< in bytes, from 0
};

/// The tokens of `source`, which has unix line ends and must outlive them; comments, and line ends
/// within brackets or after a backslash, are none. Each logical line ends in a `newline`. Throws
/// usage Error at `file:line` for a string or bracket without an end.
std::vector<PythonToken> python_tokens(std::string_view source, const std::string& file);

}  // namespace provision
