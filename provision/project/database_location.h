// Where a database of an environment file is, and how it is reached.
#pragma once

#include <string>

#include "provision/base/variables.h"
#include "provision/model/environment.h"
#include "provision/project/database_keys.h"

namespace provision {

/// Sets the engine, the server, the location with its password, and tls of `spec`, whose project
/// keys may follow. Throws usage Error with `file:line`.
void read_location(const DatabaseKeys& keys, DatabaseSpec& spec);

/// The engine that the keys of a database say or that its location tells; empty where that cannot
/// be learnt now. Variables are not put into `node` yet.
std::string guessed_engine(const YamlNode& node, const Variables& variables);

}  // namespace provision
