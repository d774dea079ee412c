// Python's literals, as far as they are strings or sequences of strings.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "provision/project/python_module.h"
#include "provision/project/python_tokens.h"

namespace provision {

/// The text that the string tokens at the beginning of `tokens`, which follow each other, stand
/// for; nothing where there are none, for bytes, for formatted strings and for what only Python can
/// tell. Moves `tokens` behind them.
std::optional<std::string> take_strings(std::span<const PythonToken>& tokens);

/// The literal that `tokens` are, all of them; nothing where they are anything else.
std::optional<PythonLiteral> literal_of(std::span<const PythonToken> tokens);

}  // namespace provision
