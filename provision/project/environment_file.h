// Environment files as what they mean: an Environment, or as much of it as can be told.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/variables.h"
#include "provision/model/environment.h"

namespace provision {

/// What can be said of an environment even when it cannot be used now, for `provision list`.
struct EnvironmentOutline {
  struct Database {
    std::string name;
    std::string engine;  ///< empty where it cannot be learnt
  };

  std::string name;
  std::optional<EnvironmentKind> kind;  ///< none, and no problem: only for others to extend
  bool is_default = false;
  std::vector<Database> databases;
  std::string problem;  ///< why it cannot be used: a variable that is not set, a malformed file
};

/// The environment `name` of the project at `root`. Throws usage Error with `file:line`.
Environment read_environment(const std::filesystem::path& root, std::string_view name,
                             const Variables& variables);

/// The same for reading about it only; what is wrong becomes its `problem`.
EnvironmentOutline outline_environment(const std::filesystem::path& root, std::string_view name,
                                       const Variables& variables);

/// The values that the files of `name` say, even where it cannot be used: what a variable that is
/// not set would give says so. Throws usage Error for files that cannot be read.
std::vector<ConfiguredValue> written_values(const std::filesystem::path& root,
                                            std::string_view name, const Variables& variables);

/// The line of the file of `name` that says `default: true`, if it does.
std::optional<Place> default_mark(const std::filesystem::path& root, std::string_view name,
                                  const Variables& variables);

}  // namespace provision
