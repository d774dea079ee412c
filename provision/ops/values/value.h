// Values of any type, made from numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/row_rules.h"

namespace provision::values {

/// What is known of the values that a column takes; more than its type says.
struct ValueHints {
  std::vector<std::string> choices = {};  ///< one of these
  std::optional<std::string> least = {};
  std::optional<std::string> most = {};
  bool above_least = false;  ///< `least` itself is not among them
  bool below_most = false;   ///< nor is `most`
  std::optional<int> min_length = {};
  std::optional<int> max_length = {};
  std::string regex = {};
  bool upper_case = false;
  bool is_null = false;
};

/// What a value is made from. The same seed gives the same value everywhere and always.
struct ValueSeed {
  std::string label;         ///< a word that stands in texts, and tells columns apart
  std::int64_t ordinal = 0;  ///< other ordinals give other values, as far as the type has them
  bool is_key = false;       ///< a number beyond those that people write into migrations themselves
  bool is_small = false;     ///< numbers begin at 0 in every column
};

/// A value as text (bytes as hexadecimal digits, truth as 1 and 0). Nothing for a type of which we
/// know no value.
std::optional<std::string> make_value(const ValueType& type, const ValueHints& hints,
                                      const ValueSeed& seed);

}  // namespace provision::values
