// `init` in a project that has Alembic revisions already.
#pragma once

#include <filesystem>

#include "provision/model/report.h"

namespace provision {

/// Writes the environments of the Alembic or Flask-Migrate project in `folder`, as its files tell
/// what they must be, and nothing else. Throws usage Error where there are no such revisions, or
/// where environments are there already.
Report init_python(const std::filesystem::path& folder, bool is_flask);

}  // namespace provision
