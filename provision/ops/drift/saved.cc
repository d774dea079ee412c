#include "provision/ops/drift/saved.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/snapshot_file.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnd = ".json";

fs::path folder_of(const DatabaseSpec& spec) { return spec.work_folder / "snapshots"; }

/// What a file of a database ends with, after the name that it was saved by.
std::string ending(const DatabaseSpec& spec) {
  return fmt::format(".{}.{}{}", spec.environment, spec.name, kEnd);
}

std::vector<std::string> saved_names(const DatabaseSpec& spec) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_of(spec), missing)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(ending(spec))) continue;
    names.push_back(file.substr(0, file.size() - ending(spec).size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void check_saved_name(const std::string& name) {
  const bool is_plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  if (!name.empty() && is_plain && name.front() != '.') return;
  throw usage_error(fmt::format("'{}' cannot name a snapshot", name),
                    "use letters, digits, '_', '-' and '.'");
}

fs::path saved_file(const DatabaseSpec& spec, const std::string& name) {
  return folder_of(spec) / (name + ending(spec));
}

void save_snapshot(const DatabaseSpec& spec, const std::string& name,
                   const SchemaSnapshot& snapshot) {
  make_folder(folder_of(spec), true);
  write_file(saved_file(spec, name), snapshot_text(snapshot), true);
}

DriftSource saved_source(const DriftSource& source, const std::string& name) {
  check_saved_name(name);
  if (source.kind != DriftSource::Kind::database || !source.environment) {
    throw usage_error(
        fmt::format("'{}' is no environment, and only of those something is kept", source.label));
  }
  for (const DatabaseSpec& spec : source.databases) {
    if (!spec.fleet.empty()) {
      throw usage_error(fmt::format("`--since` is about one database, and '{}' is {}", spec.label(),
                                    spec.fleet.size()));
    }
    std::error_code missing;
    if (fs::is_regular_file(saved_file(spec, name), missing)) continue;
    const std::vector<std::string> names = saved_names(spec);
    throw usage_error(
        fmt::format("nothing of '{}' was saved as '{}'", spec.label(), name),
        names.empty() ? fmt::format("`provision drift {} --save {}` does that", source.label, name)
                      : name_hint(name, names));
  }
  DriftSource saved = source;
  saved.kind = DriftSource::Kind::snapshot;
  saved.label = fmt::format("{} as of {}", source.label, name);
  saved.file = name;
  return saved;
}

}  // namespace provision
