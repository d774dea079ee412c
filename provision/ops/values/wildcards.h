// Patterns with wildcards, as regular expressions.
#pragma once

#include <string>
#include <string_view>

namespace provision::values {

/// The regular expressions that say the same as a pattern of LIKE, of GLOB and of SIMILAR TO.
std::string regex_of_like(std::string_view pattern);
std::string regex_of_glob(std::string_view pattern);
std::string regex_of_similar(std::string_view pattern);

}  // namespace provision::values
