#include "provision/base/variables.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace provision {

Variables current_variables() {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

void forget_postgresql_variables() {
  for (const auto& [name, value] : current_variables()) {
    if (name.starts_with("PG")) unsetenv(name.c_str());
  }
}

std::optional<std::string> find_variable(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace provision
