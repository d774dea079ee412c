// Texts that fit a pattern, so that a CHECK on one can be satisfied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provision::values {

/// The `ordinal`th text that the regular expression `regex` matches, another one each time as long
/// as there are others. Nothing for what is no plain expression: look-around, back references.
std::optional<std::string> text_for_regex(std::string_view regex, std::int64_t ordinal);

}  // namespace provision::values
