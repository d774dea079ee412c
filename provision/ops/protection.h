// What keeps a database from being thrown away: what it says of itself, and a person's word.
#pragma once

#include <optional>
#include <string>

#include "provision/ops/state.h"
#include "provision/ops/workspace.h"

namespace provision {

/// The database's own name, or that of its file: what a person types to allow that it goes.
std::string name_of_database(const DatabaseSpec& spec);

/// Why the database of `spec` may not be thrown away without asking; empty if it may.
std::string objection(const DatabaseSpec& spec, const std::optional<Identity>& identity);

/// Asks a person to type the name of the database, for `reason`. Throws usage Error otherwise.
void must_be_confirmed(const Workspace& workspace, const DatabaseSpec& spec,
                       const std::string& reason);

/// What is known of the database that is to go: its object id, after all that protects it agreed.
std::string condemned(const Workspace& workspace, const DatabaseSpec& spec, bool ask_always);

}  // namespace provision
