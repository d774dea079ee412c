// Seed sets: `seeds/<set>.yaml` and the row files that it names.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "provision/model/seed.h"

namespace provision {

/// The set `name` of `folder`. Throws usage Error with `file:line`: no such set (nearest named),
/// an unknown key, a row whose columns differ from the others', a file that cannot be read.
SeedSet read_seed_set(const std::filesystem::path& folder, std::string_view name,
                      const std::filesystem::path& project);

/// Names of the sets of `folder`, sorted.
std::vector<std::string> seed_set_names(const std::filesystem::path& folder);

}  // namespace provision
