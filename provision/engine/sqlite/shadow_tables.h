// The tables in which the virtual tables of known modules keep their data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provision::sqlite {

/// The names that a virtual table called `name` of this module makes, or may make, tables with.
std::vector<std::string> shadow_tables(const std::string& name, std::string_view module);

}  // namespace provision::sqlite
