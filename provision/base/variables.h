// The environment variables of this process, as they were when it began.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace provision {

/// A copy, so that a library that reads the process' own environment cannot be steered by it.
using Variables = std::map<std::string, std::string>;

/// All variables of this process.
Variables current_variables();

/// Removes every PG* variable from this process: libpq would fill in whatever we leave out, and
/// PGHOSTADDR overrides even a host that we give.
void forget_postgresql_variables();

std::optional<std::string> find_variable(const Variables& variables, const std::string& name);

}  // namespace provision
