// Where an env.py says that Alembic keeps its record.
#pragma once

#include <string>
#include <string_view>

#include "provision/model/revision_graph.h"

namespace provision {

/// What the arguments `version_table` and `version_table_schema` in the text of an env.py are,
/// wherever they stand; empty names where there are none. Nothing is run: where one is more than a
/// literal, or two places differ, only Python knows. Throws usage Error at `file:line` for a text
/// that is no Python.
VersionTableName version_table_in(std::string_view env_py, const std::string& file);

}  // namespace provision
