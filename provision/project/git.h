// What the version control of a project knows of its files.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace provision {

/// Absolute paths of the files below `folder` that differ from what they were where HEAD and `ref`
/// parted, those that are not committed or not known to git among them. Throws usage Error if
/// `folder` is in no git repository or it does not know `ref`; unavailable if there is no git.
std::set<std::filesystem::path> changed_since(const std::filesystem::path& folder,
                                              const std::string& ref);

/// The newest committed text of `file` that `wanted` accepts; nothing if there is none, or no git.
std::optional<std::string> committed_text(const std::filesystem::path& file,
                                          const std::function<bool(const std::string&)>& wanted);

}  // namespace provision
