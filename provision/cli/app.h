// The program: from arguments to an exit code.
#pragma once

#include <string>
#include <vector>

#include "provision/base/variables.h"

namespace provision::cli {

/// Runs one command. `arguments` are without the program's name. Never throws.
int run_program(const std::vector<std::string>& arguments, const Variables& variables);

}  // namespace provision::cli
