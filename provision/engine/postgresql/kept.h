// Databases that provision keeps on a server for itself: sealed, and found again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

// As the methods of `Engine` promise; each spec is located, and `server` a session with another
// database.

std::string surroundings(Connection& server, bool with_extensions);
bool seal_database(Connection& server, const DatabaseSpec& built, const DatabaseSpec& spec);
std::vector<KeptDatabase> kept_databases(Connection& server, std::string_view prefix,
                                         bool with_size);

}  // namespace provision::postgresql
