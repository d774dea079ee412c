// The data that a managed server begins with.
#pragma once

#include "provision/engine/postgresql/server_folders.h"

namespace provision::postgresql {

/// Makes the data folder of `folders`, whose start lock is held, unless it is there: a copy of one
/// that initdb made before, once for each version. Throws unavailable Error, with code "ENOSPC"
/// where there is no room; then nothing of it stays.
void make_data_folder(const ServerFolders& folders, const ServerUser& user);

}  // namespace provision::postgresql
