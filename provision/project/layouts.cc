#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/layout.h"
#include "provision/project/provision_layout.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

using LayoutEntry = const Layout& (*)();

// The first that recognises a folder has it.
constexpr std::array kLayouts = {
    LayoutEntry{&provision_layout},
};

/// True for what lies in a folder of migrations without being one.
bool is_company(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with("README") || name.ends_with(".schema.sql") ||
         name.ends_with(".lock");
}

bool is_empty_of_migrations(const fs::path& folder) {
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    if (!is_company(entry.path())) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> layout_names() {
  std::vector<std::string> names;
  for (const LayoutEntry entry : kLayouts) names.emplace_back(entry().name());
  return names;
}

const Layout& layout(std::string_view name, const fs::path& folder) {
  for (const LayoutEntry entry : kLayouts) {
    if (name.empty() ? entry().detect(folder) : entry().name() == name) return entry();
  }
  if (!name.empty()) {
    throw usage_error(fmt::format("unknown layout '{}'", name), name_hint(name, layout_names()));
  }
  if (is_empty_of_migrations(folder)) return provision_layout();
  throw usage_error(
      fmt::format("the files of '{}' are in no layout that is known here", folder.string()),
      fmt::format("a file of ours begins with '-- revision: ID'; known layouts: {}",
                  joined(layout_names(), ", ")));
}

RevisionGraph read_revisions(const fs::path& folder, std::string_view layout_name,
                             const fs::path& project) {
  std::error_code missing;
  if (!fs::is_directory(folder, missing)) {
    throw usage_error(
        fmt::format("there is no folder '{}' of migrations", shown_path(folder, project)),
        "check 'migrations:' of the environment, or begin with 'provision init'");
  }
  return RevisionGraph(layout(layout_name, folder).read(folder, project));
}

}  // namespace provision
