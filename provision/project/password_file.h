// Files that hold a password.
#pragma once

#include <filesystem>

#include "provision/base/error.h"
#include "provision/base/secret.h"

namespace provision {

/// The one line of `path`. Throws usage Error at `place`, which named the file, unless it is a
/// regular file of ours or of root's that nobody else can read.
Secret read_password_file(const std::filesystem::path& path, const Place& place);

}  // namespace provision
