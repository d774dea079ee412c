#include "provision/project/project.h"

#include <algorithm>

#include "provision/base/text.h"
#include "provision/project/environment_layers.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

/// PROVISION_ENV, if it says anything.
std::optional<std::string> said_by_variable(const Variables& variables) {
  const auto name = find_variable(variables, "PROVISION_ENV");
  return name && !name->empty() ? name : std::nullopt;
}

}  // namespace

Project::Project(fs::path root, Variables variables)
    : root_(std::move(root)), variables_(std::move(variables)) {}

Project Project::find(const fs::path& folder, Variables variables) {
  std::error_code error;
  const fs::path start = fs::weakly_canonical(fs::absolute(folder, error), error);
  if (error || !fs::is_directory(start, error)) {
    throw usage_error(fmt::format("no such folder: '{}'", folder.native()));
  }
  for (fs::path root = start;; root = root.parent_path()) {
    if (!provision::environment_names(root).empty()) return Project(root, std::move(variables));
    if (!root.has_relative_path()) break;
  }
  throw usage_error(
      fmt::format("no 'environments/' with a '.yaml' file in '{}' or above it", start.native()),
      "make a project here with 'provision init'");
}

std::vector<std::string> Project::environment_names() const {
  return provision::environment_names(root_);
}

Environment Project::environment(std::string_view name) const {
  return read_environment(root_, name, variables_);
}

EnvironmentOutline Project::outline(std::string_view name) const {
  return outline_environment(root_, name, variables_);
}

std::vector<ConfiguredValue> Project::written_values(std::string_view name) const {
  return provision::written_values(root_, name, variables_);
}

std::string Project::default_environment() const {
  const std::vector<std::string> names = environment_names();
  if (const auto name = said_by_variable(variables_)) {
    if (std::find(names.begin(), names.end(), *name) != names.end()) return *name;
    throw usage_error(fmt::format("variable 'PROVISION_ENV': no environment '{}'", *name),
                      name_hint(*name, names));
  }
  std::string marked;
  Place first;
  for (const std::string& name : names) {
    const auto place = default_mark(root_, name, variables_);
    if (!place) continue;
    if (!marked.empty()) {
      throw usage_error(
          *place, fmt::format("a second default environment, the first is at {}", first.text()));
    }
    marked = name;
    first = *place;
  }
  if (!marked.empty()) return marked;

  std::vector<std::string> usable;
  for (const std::string& name : names) {
    if (name == "dev") return name;
    const EnvironmentOutline outline = this->outline(name);
    if (outline.kind || !outline.problem.empty()) usable.push_back(name);
  }
  if (usable.size() == 1) return usable.front();
  throw usage_error(
      "no environment is chosen, and none is the default",
      fmt::format("say --env NAME or set PROVISION_ENV; there are: {}", joined(names, ", ")));
}

}  // namespace provision
