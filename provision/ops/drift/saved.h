// Snapshots that are kept by name, to be told later what changed since.
#pragma once

#include <filesystem>
#include <string>

#include "provision/model/schema.h"
#include "provision/ops/drift/source.h"

namespace provision {

/// Throws usage Error for what can be no name of a file.
void check_saved_name(const std::string& name);

/// Keeps `snapshot` of the database of `spec` as `name`, for nobody else to read.
void save_snapshot(const DatabaseSpec& spec, const std::string& name,
                   const SchemaSnapshot& snapshot);

/// What `source`, an environment, was when it was saved as `name`. Throws usage Error where nothing
/// of that name was saved of one of its databases.
DriftSource saved_source(const DriftSource& source, const std::string& name);

std::filesystem::path saved_file(const DatabaseSpec& spec, const std::string& name);

}  // namespace provision
