// UTF-8, one character at a time: what checking, showing and matching text share.
#pragma once

#include <cstddef>
#include <string_view>

namespace provision {

struct CodePoint {
  char32_t value = 0;
  size_t size = 0;  ///< in bytes; 0 when the bytes are not well-formed
};

/// The first code point of `text`, which must not be empty. Overlong forms, surrogates and what
/// lies beyond U+10FFFF are not well-formed.
CodePoint first_code_point(std::string_view text);

/// Where the first byte stands that belongs to no well-formed code point, or npos.
size_t first_bad_byte(std::string_view text);

}  // namespace provision
