// Variables in the values of an environment file: `${NAME}`, `${NAME:-default}`,
// `${NAME:?message}`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/variables.h"

namespace provision {

/// A text whose variables were put in.
struct Interpolated {
  std::string text;
  std::string
      written;  ///< what the file itself says: "***" for each variable, its default if it has one
  std::vector<std::string> variables;  ///< whose values are in `text`
  std::string problem = {};            ///< why they could not be put in, where that is no error
};

/// Puts variables into `text`; `$$` is a `$`. As in a shell, `:-` and `:?` take an empty variable
/// for an unset one. Throws usage Error at `place` for a variable that is unset and has no default,
/// and for any other use of `$`; never shows a variable's value.
Interpolated interpolate(std::string_view text, const Variables& variables, const Place& place);

}  // namespace provision
