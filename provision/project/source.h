// Reading a file of the project, so that errors name it as the user does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace provision {

/// `read_text`, whose errors call the file `shown` instead of by its whole path.
std::string read_source(const std::filesystem::path& path, const std::string& shown,
                        std::int64_t limit = 64LL << 20);

}  // namespace provision
