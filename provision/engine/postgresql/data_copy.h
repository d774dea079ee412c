// Copying the folder of a server's data.
#pragma once

#include <filesystem>

#include "provision/engine/postgresql/binaries.h"

namespace provision::postgresql {

/// Makes the folder `to` as a copy of `from`, all of it `owner`'s: blocks are shared where the file
/// system can. Nobody else can look into it before it is whole. With `sparse`, blocks of zeros are
/// left out. Throws unavailable Error, with code "ENOSPC" where there is no room; what is there by
/// then stays.
void copy_data(const std::filesystem::path& from, const std::filesystem::path& to,
               const ServerUser& owner, bool sparse);

}  // namespace provision::postgresql
