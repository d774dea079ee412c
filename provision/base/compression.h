// Streams that are compressed (zstd, each frame with a checksum of what is in it).
#pragma once

#include <filesystem>

#include "provision/base/digest.h"

namespace provision {

/// Reads the descriptor `input` to its end into the new file `path`, that nobody else may read, and
/// syncs it. Throws unavailable Error when that cannot be written; what was written stays.
FileDigest compress(int input, const std::filesystem::path& path);

/// Writes what `compress` wrote into `path` to the descriptor `output`, until its other side is
/// closed. Throws unavailable Error when the file is damaged or ends too early.
void decompress(const std::filesystem::path& path, int output);

}  // namespace provision
