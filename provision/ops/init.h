// `init`: a project that works at once.
#pragma once

#include <filesystem>

#include "provision/model/report.h"

namespace provision {

/// Writes environments, a first revision and a seed set into `folder`; with `multidb`, for two
/// databases. Never overwrites: throws usage Error if a file is there already.
Report init(const std::filesystem::path& folder, bool multidb);

}  // namespace provision
