// How a server's databases come, go and take each other's place.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

bool database_exists(Connection& server, const std::string& name);

// As the methods of `Engine` promise; `spec` is located, and `server` a session with another
// database.

void create_database(Connection& server, const DatabaseSpec& spec);
void drop_database(Connection& server, const DatabaseSpec& spec, std::string_view object_id,
                   bool force);
void publish_database(Connection& server, const DatabaseSpec& built, const DatabaseSpec& spec,
                      std::string_view object_id, bool force);

void copy_database(Connection& server, const DatabaseSpec& from, const DatabaseSpec& to);
std::set<std::string> roles(Connection& server);
void drop_roles(Connection& server, const std::set<std::string>& names);

/// A name of at most 63 bytes for a database beside `name`.
std::string beside_name(const std::string& name);

}  // namespace provision::postgresql
