// Which Python runs a project's revisions.
#pragma once

#include <filesystem>
#include <string>

namespace provision {

/// `said`, if anything is; else the one of the active virtual environment, of one in `root` or in
/// the folders from `folder` up to it, the first on PATH, the system's: the first that has Alembic.
/// Throws usage Error that lists those that have not.
std::filesystem::path find_interpreter(const std::string& said, const std::filesystem::path& folder,
                                       const std::filesystem::path& root);

/// The version of `python` and of all packages that it finds, for who must know that none changed.
/// Throws unavailable Error where it cannot tell.
std::string packages_of(const std::filesystem::path& python);

}  // namespace provision
