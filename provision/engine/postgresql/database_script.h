// What belongs to a database and what `pg_dump` leaves to those who make a database of its name.
#pragma once

#include <string>

#include "provision/engine/database.h"

namespace provision::postgresql {

/// SQL for a new, empty database: its settings, its comment, and that it has no schema `public`.
std::string settings_script(Database& database);
/// SQL that gives the database, once it is filled, its owner, its privileges and the settings that
/// roles have in it.
std::string privileges_script(Database& database);

}  // namespace provision::postgresql
