// Database files that provision keeps for itself: sealed, and found again.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "provision/engine/engine.h"

namespace provision::sqlite {

/// As the methods of `Engine` promise.
void seal(const std::filesystem::path& built, const std::filesystem::path& place);
std::vector<KeptDatabase> kept(const std::filesystem::path& folder, std::string_view prefix);

/// Makes the file `path` one as any other again, if it was sealed.
void unseal(const std::filesystem::path& path);

/// Removes a file that was sealed, whatever is in it now. False if it never was.
bool remove_sealed(const std::filesystem::path& path);

}  // namespace provision::sqlite
