// How a server's databases come, go and take each other's place.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// A session with a database of the server that always exists, for work on the one of `spec`.
Connection maintenance_session(const DatabaseSpec& spec, Access access);

bool database_exists(Connection& server, const std::string& name);

/// As the methods of `Engine` promise; `spec` is located.
void create_database(const DatabaseSpec& spec);
void drop_database(const DatabaseSpec& spec, std::string_view object_id, bool force);
void publish_database(const DatabaseSpec& built, const DatabaseSpec& spec,
                      std::string_view object_id, bool force);

void copy_database(const DatabaseSpec& from, const DatabaseSpec& to);
std::set<std::string> roles(const DatabaseSpec& spec);
void drop_roles(const DatabaseSpec& spec, const std::set<std::string>& names);

/// A name of at most 63 bytes for a database beside `name`.
std::string beside_name(const std::string& name);

}  // namespace provision::postgresql
