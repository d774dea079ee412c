// Other sessions of a database, which keep it from being renamed or dropped.
#pragma once

#include <string>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// Waits for sessions that are just leaving. Those that stay are ended if `force`, else named in a
/// refused Error.
void clear_sessions(Connection& server, const std::string& database, bool force);

/// Throws unavailable Error that names the sessions of all databases, if there are any but ours.
void require_no_sessions(Connection& server);

}  // namespace provision::postgresql
