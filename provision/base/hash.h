// SHA-2, for checksums of revisions and seeds.
#pragma once

#include <string>
#include <string_view>

namespace provision {

/// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);
/// The SHA-384 of `bytes` as 96 of them.
std::string sha384(std::string_view bytes);

/// `count` random bytes from the system as hexadecimal digits.
std::string random_hex(int count);

/// A random (version 4) UUID.
std::string random_uuid();

}  // namespace provision
