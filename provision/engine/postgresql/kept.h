// Databases that provision keeps on a server for itself: sealed, and found again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// As the methods of `Engine` promise; each spec is located.
std::string surroundings(const DatabaseSpec& spec);
bool seal_database(const DatabaseSpec& built, const DatabaseSpec& spec);
std::vector<KeptDatabase> kept_databases(const DatabaseSpec& spec, std::string_view prefix,
                                         bool with_size);

}  // namespace provision::postgresql
