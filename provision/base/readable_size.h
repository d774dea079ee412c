// A number of bytes as people read it.
#pragma once

#include <cstdint>
#include <string>

namespace provision {

/// "12.3 MiB".
std::string readable_size(std::int64_t bytes);

}  // namespace provision
