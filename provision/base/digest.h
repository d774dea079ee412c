// What tells whether a file is still the one that was written: its size and its SHA-256.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace provision {

struct FileDigest {
  std::int64_t size = 0;
  std::string sha256;

  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};

/// Of the regular file `path`. Follows no symbolic link; stops when the process is interrupted.
/// Throws unavailable Error when it cannot be read.
FileDigest digest_of(const std::filesystem::path& path);

}  // namespace provision
