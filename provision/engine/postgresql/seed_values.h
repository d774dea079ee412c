// The rows of a seed within a statement, and how their values compare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/database.h"

namespace provision::postgresql {

/// True for types whose own `=` means "the same value"; all others are compared as text, since `=`
/// is missing (json, xml, point) or means something else (box, circle, citext).
bool has_plain_equality(std::string_view type);

/// "(...),(...)", each row on a line of its own and the first one in the second line, so that a
/// line that the server names is a row. `columns` are those of the rows.
std::string seed_values(const SeedTable& seed, const std::vector<TableColumn>& columns);

}  // namespace provision::postgresql
