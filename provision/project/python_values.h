// What the variables of Python files are, where only Python can tell. Nothing of them is run: they
// are read as syntax trees, in which literals are joined and formatted.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "provision/project/python_module.h"

namespace provision {

/// The assignments to `names` at the top level of one file.
struct PythonValues {
  std::vector<PythonAssignment> assignments;  ///< a value each
  int line = 0;                               ///< of what could not be told
  std::string trouble;                        ///< why; empty: nothing is wrong
};

/// Asks one process of `python3` about all `files`; the answers are in their order. Throws
/// unavailable Error when it cannot be asked.
std::vector<PythonValues> ask_python(const std::vector<std::filesystem::path>& files,
                                     const std::vector<std::string>& names);

}  // namespace provision
