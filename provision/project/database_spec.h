// One database of an environment file as what it means.
#pragma once

#include "provision/model/environment.h"
#include "provision/project/database_keys.h"

namespace provision {

/// The database that `source` tells of, in `environment`, whose name, kind and project are known.
/// What no file says but is used, and where a password comes from, is added to its `values`. Throws
/// usage Error with `file:line`.
DatabaseSpec read_database(const DatabaseSource& source, Environment& environment);

/// Points `spec` at the migrations of `path`: a folder, or a configuration of Alembic.
void set_migrations(DatabaseSpec& spec, const std::filesystem::path& path);

}  // namespace provision
