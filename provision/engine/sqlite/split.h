// Where SQLite's statements end.
#pragma once

#include <string_view>
#include <vector>

#include "provision/engine/database.h"

namespace provision::sqlite {

/// As `Engine::split`.
std::vector<Statement> split(std::string_view script, Origin origin = Origin::own);

}  // namespace provision::sqlite
