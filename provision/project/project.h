// A project: the folder that holds `environments/`, and what can be found in it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/variables.h"
#include "provision/model/environment.h"
#include "provision/project/environment_file.h"

namespace provision {

class Project {
 public:
  /// The project at `folder`, or the nearest one above it. Throws usage Error that says to run
  /// `provision init` when there is none.
  static Project find(const std::filesystem::path& folder, Variables variables);

  const std::filesystem::path& root() const { return root_; }
  /// Names of the environments, sorted; files that only others extend are among them.
  std::vector<std::string> environment_names() const;
  /// Throws usage Error with the nearest known name, or with `file:line` for what is wrong in it.
  Environment environment(std::string_view name) const;
  /// What can be told of an environment that may not be usable now; never throws Error.
  EnvironmentOutline outline(std::string_view name) const;
  /// What its files say, with a reason for what cannot be told now.
  std::vector<ConfiguredValue> written_values(std::string_view name) const;
  /// The one meant when none is said: PROVISION_ENV, the one marked default, `dev`, the only one.
  std::string default_environment() const;

 private:
  Project(std::filesystem::path root, Variables variables);

  std::filesystem::path root_;
  Variables variables_;
};

}  // namespace provision
