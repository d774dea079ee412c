// What libpq is told about a server, every value explicit and quoted.
#pragma once

#include <map>
#include <string>

#include "provision/engine/engine.h"

namespace provision::postgresql {

/// Which of our settings go along with the connection request. Some servers, and poolers, refuse
/// some of them.
struct StartupSettings {
  bool any = true;
  bool connection_check = true;  ///< PostgreSQL 14 and later, not on every system
};

/// "key='value' ..." with the password. Throws usage Error for parameters that libpq does not know
/// or that would weaken the connection.
std::string conninfo(const DatabaseSpec& spec, const ConnectOptions& options,
                     const StartupSettings& startup);

/// The same for a person's own client: without the password and without our settings.
std::string client_conninfo(const DatabaseSpec& spec);

/// Our settings of a session by name; what RESET ALL goes back to.
std::map<std::string, std::string> session_settings(const ConnectOptions& options,
                                                    const StartupSettings& startup);

/// "'app' on db.internal:5432", for messages.
std::string shown_target(const Location& location);

/// True for the folder of a unix socket and for this machine's own address.
bool is_local(const Location& location);

}  // namespace provision::postgresql
