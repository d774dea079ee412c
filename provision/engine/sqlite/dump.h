// A database file as a copy of one moment, and back.
#pragma once

#include <filesystem>
#include <functional>

#include "provision/engine/engine.h"

namespace provision::sqlite {

/// As the methods of `Engine` promise. The copy is a database that any program can open.
Dump dump_file(const DatabaseSpec& spec, const std::filesystem::path& folder,
               const DumpOptions& options, const std::function<void(Database&)>& inspect,
               Progress& progress);
void load_file(const DatabaseSpec& spec, const std::filesystem::path& folder,
               const LoadOptions& options);

}  // namespace provision::sqlite
