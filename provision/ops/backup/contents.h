// What is in a database, as far as a backup of it can be held against that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/backup.h"

namespace provision {

/// The rows of each table that `schema` has; parts of a table count as the whole.
std::vector<BackedUpTable> counted_tables(Database& database, const SchemaSnapshot& schema);

/// In what `restored` is not what was backed up: sentences; empty if it is the same.
/// `without_roles`: owners and privileges were left out.
std::vector<std::string> differences(const BackedUpDatabase& expected,
                                     const SchemaSnapshot& expected_schema, Database& restored,
                                     bool without_roles);

}  // namespace provision
