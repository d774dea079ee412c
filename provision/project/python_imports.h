// What a Python file leads to: the modules that it imports and the names that it speaks of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provision {

/// `from ..module import names`, or `import module`.
struct PythonImport {
  int level = 0;       ///< how many dots lead it; none: it is absolute
  std::string module;  ///< "shop.models"; empty after dots alone
  std::vector<std::string> names = {};
};

struct PythonReferences {
  std::vector<PythonImport> imports;  ///< wherever they stand in the file
  std::vector<std::string> strings;   ///< that are no formatted ones
};

/// Throws usage Error at `file:line` for a string or bracket without an end.
PythonReferences python_references(std::string_view source, const std::string& file);

}  // namespace provision
