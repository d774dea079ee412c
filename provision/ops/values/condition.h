// The condition of a CHECK, read as far as making values for it needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision::values {

struct Condition {
  enum class Kind {
    column,    ///< `text` is its name
    constant,  ///< `text` is its value
    list,
    call,     ///< `text` is the function, lower case
    either,   ///< OR
    both,     ///< AND
    inverse,  ///< NOT
    compare,  ///< `text` is =, <>, <, <=, > or >=
    among,    ///< the first part is one of the list that is the second
    between,
    like,
    glob,
    regex,
    is_null,
    opaque,  ///< anything else, of these parts
  };

  Kind kind = Kind::opaque;
  std::string text = {};
  std::vector<Condition> parts = {};
};

/// The condition that `sql` says; nothing if it is more than we can read.
std::optional<Condition> parse_condition(std::string_view sql);

}  // namespace provision::values
