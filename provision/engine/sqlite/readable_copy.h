// Reading a database that cannot be read in its place without writing there.
#pragma once

#include <filesystem>
#include <memory>

#include "provision/base/file.h"
#include "provision/engine/sqlite/patience.h"

namespace provision::sqlite {

/// A private folder with a copy of the database at `path`, under its own name, if it can only be
/// read there: in WAL mode reading writes to the folder unless somebody has it open already, and
/// after a crash in the middle of a transaction the file itself is mended. Nothing where it can be
/// read in its place. Throws unavailable Error if it is written to all the time.
std::unique_ptr<TemporaryFolder> readable_copy(const std::filesystem::path& path,
                                               Patience* patience = nullptr);

/// The copy itself, of the database and of what belongs to it.
std::unique_ptr<TemporaryFolder> copied(const std::filesystem::path& path);

}  // namespace provision::sqlite
