// What a Python file says at its top level, told without running it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// A literal: None, one string, or a sequence of strings.
struct PythonLiteral {
  enum class Kind { none, text, sequence };

  Kind kind = Kind::none;
  std::vector<std::string> items = {};  ///< one for a `text`
};

/// `name = value`; of several targets in one statement each is one.
struct PythonAssignment {
  std::string name;
  int line = 1;
  std::optional<PythonLiteral> value;  ///< nothing where only Python can tell
};

struct PythonFunction {
  std::string name;
  std::string text;  ///< from `def` to the end of the last statement
  int line = 1;      ///< of `def`
  int last_line = 1;
};

struct PythonModule {
  std::optional<std::string> docstring;
  /// In order; those that depend on a condition are among them, without a value.
  std::vector<PythonAssignment> assignments;
  std::vector<PythonFunction> functions;

  /// The last assignment to `name`, which is the one that counts, or nullptr.
  const PythonAssignment* assigned(std::string_view name) const;
  /// The last function called `name`, or nullptr.
  const PythonFunction* function(std::string_view name) const;
};

/// Throws usage Error at `file:line` for a string or bracket without an end.
PythonModule parse_python_module(std::string_view source, const std::string& file);

/// What a function does, as far as its text tells.
struct PythonBody {
  enum class Kind {
    empty,   ///< `pass`, `...`, a bare `return` or a docstring, and nothing else
    raises,  ///< its first statement raises NotImplementedError
    code,
  };

  Kind kind = Kind::code;
  std::string message = {};  ///< what it raises the error with, where that is a literal
};

/// Of the function whose source is `text`; `code` where it cannot be read.
PythonBody body_of(std::string_view text);

}  // namespace provision
