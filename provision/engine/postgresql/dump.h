// A database as an archive of `pg_dump`, and back.
#pragma once

#include <filesystem>
#include <functional>

#include "provision/engine/engine.h"

namespace provision::postgresql {

/// As the methods of `Engine` promise; `spec` is located. One job writes one compressed archive,
/// several write a folder with a file a table.
Dump dump_database(const DatabaseSpec& spec, const std::filesystem::path& folder,
                   const DumpOptions& options, const std::function<void(Database&)>& inspect,
                   Progress& progress);
void load_database(const DatabaseSpec& spec, const std::filesystem::path& folder, const Dump& dump,
                   const LoadOptions& options, Progress& progress);

}  // namespace provision::postgresql
