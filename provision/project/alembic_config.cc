#include "provision/project/alembic_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/alembic_settings.h"
#include "provision/project/migration_folder.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIni = "alembic.ini";
constexpr std::string_view kPyproject = "pyproject.toml";
constexpr std::string_view kSection = "alembic";
constexpr std::string_view kEnvironment = "env.py";

bool is_file(const fs::path& path) {
  std::error_code missing;
  return fs::is_regular_file(path, missing);
}

bool is_folder(const fs::path& path) {
  std::error_code missing;
  return fs::is_directory(path, missing);
}

/// Finds the places that a configuration names.
class Places {
 public:
  Places(fs::path folder, const fs::path& project, const AlembicSettings& settings)
      : folder_(std::move(folder)) {
    for (const std::string& path : settings.python_path) bases_.push_back(folder_ / path);
    bases_.push_back(folder_);
    bases_.push_back(project);
    bases_.push_back(folder_ / "src");
    constexpr int kHighest = 5;
    fs::path above = folder_;
    for (int i = 0; i < kHighest && above.has_relative_path(); ++i) {
      above = above.parent_path();
      bases_.push_back(above);
    }
  }

  /// The folder that `text` names: a path, or "package:folder".
  fs::path at(const std::string& text) const {
    const fs::path path(text);
    if (path.is_absolute()) return path.lexically_normal();
    const std::vector<std::string> parts = split_list(text, ':');
    if (parts.size() > 1) return in_package(parts);
    for (const fs::path& base : bases_) {
      if (is_folder(base / path)) return tidy(base / path);
    }
    return tidy(folder_ / path);
  }

 private:
  static fs::path tidy(const fs::path& path) {
    const fs::path normal = path.lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
  }

  fs::path in_package(const std::vector<std::string>& parts) const {
    std::string package = parts.front();
    std::replace(package.begin(), package.end(), '.', '/');
    fs::path rest;
    for (size_t i = 1; i < parts.size(); ++i) rest /= parts[i];
    for (const fs::path& base : bases_) {
      if (is_folder(base / package / rest)) return tidy(base / package / rest);
    }
    return tidy(folder_ / package / rest);
  }

  fs::path folder_;
  std::vector<fs::path> bases_;  ///< where packages and relative paths are looked for
};

AlembicConfig configuration(const fs::path& file, const fs::path& project,
                            const AlembicSettings& settings) {
  const Places places(file.parent_path(), project, settings);
  AlembicConfig config;
  config.file = file;
  config.scripts = settings.scripts.empty() ? file.parent_path() : places.at(settings.scripts);
  config.is_flask = settings.scripts.empty();
  config.is_recursive = settings.is_recursive;
  for (const std::string& location : settings.locations) {
    config.locations.push_back(places.at(location));
  }
  if (config.locations.empty()) config.locations.push_back(config.scripts / "versions");
  return config;
}

/// What a section of an ini file makes of the project; nothing where it speaks of none.
std::optional<AlembicConfig> configured_by_ini(const fs::path& ini, const fs::path& project,
                                               const std::string& section) {
  const auto settings = alembic_settings_of_ini(ini, shown_path(ini, project), section);
  if (!settings) return std::nullopt;
  if (settings->scripts.empty() && !is_file(ini.parent_path() / kEnvironment)) return std::nullopt;
  AlembicConfig config = configuration(ini, project, *settings);
  config.section = section;
  return config;
}

std::optional<AlembicConfig> configured_by_pyproject(const fs::path& file,
                                                     const fs::path& project) {
  const auto settings = alembic_settings_of_pyproject(file, shown_path(file, project));
  if (!settings || settings->scripts.empty()) return std::nullopt;
  return configuration(file, project, *settings);
}

/// All that the configurations in `folder` make of it, what `choice` leaves open included.
std::vector<AlembicConfig> configured_in(const fs::path& folder, const fs::path& project,
                                         const AlembicChoice& choice) {
  std::vector<AlembicConfig> found;
  const fs::path ini = folder / (choice.file.empty() ? kIni : std::string_view(choice.file));
  const bool is_toml = ini.extension() == ".toml";
  if (is_file(ini) && !is_toml) {
    std::vector<std::string> sections = {choice.section.empty() ? std::string(kSection)
                                                                : choice.section};
    if (choice.section.empty()) {
      for (std::string& name : alembic_sections(ini, shown_path(ini, project))) {
        if (name != kSection) sections.push_back(std::move(name));
      }
    }
    for (const std::string& section : sections) {
      if (auto config = configured_by_ini(ini, project, section)) found.push_back(*config);
    }
  }
  const fs::path pyproject = is_toml ? ini : folder / kPyproject;
  if (!choice.file.empty() && !is_toml) return found;
  if (!found.empty() || !is_file(pyproject)) return found;
  if (auto config = configured_by_pyproject(pyproject, project)) found.push_back(*config);
  return found;
}

/// The one that is meant where nobody said which: "alembic", or the only one. Throws usage Error
/// where there are several.
std::optional<AlembicConfig> only_one(std::vector<AlembicConfig> found, const fs::path& project) {
  if (found.empty()) return std::nullopt;
  if (found.size() == 1 || found.front().section == kSection) return std::move(found.front());
  std::vector<std::string> sections;
  for (const AlembicConfig& config : found) sections.push_back(config.section);
  throw usage_error(Place{shown_path(found.front().file, project), 0},
                    fmt::format("there are several projects: {}", joined(sections, ", ")),
                    "say which: `section: NAME` of the database, or `--name NAME`");
}

/// The configuration above `scripts` that names this folder, or has the section that is chosen.
std::optional<AlembicConfig> configured_above(const fs::path& scripts, const fs::path& project,
                                              const AlembicChoice& choice) {
  constexpr int kHighest = 5;
  fs::path folder = scripts;
  for (int i = 0; i < kHighest && folder.has_relative_path(); ++i) {
    folder = folder.parent_path();
    std::vector<AlembicConfig> named = configured_in(folder, project, choice);
    if (choice.section.empty()) {
      std::erase_if(named, [&](const AlembicConfig& config) {
        std::error_code missing;
        return !fs::equivalent(config.scripts, scripts, missing);
      });
    }
    if (auto found = only_one(std::move(named), project)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<AlembicConfig> find_alembic(const fs::path& folder, const fs::path& project,
                                          const AlembicChoice& choice) {
  if (auto found = only_one(configured_in(folder, project, choice), project)) return found;
  if (!choice.file.empty()) return std::nullopt;
  if (!choice.section.empty()) return configured_above(folder, project, choice);
  const bool is_versions = !is_file(folder / kEnvironment) &&
                           is_file(folder.parent_path() / kEnvironment) &&
                           folder.filename() == "versions";
  if (is_versions) return find_alembic(folder.parent_path(), project, choice);
  if (!is_file(folder / kEnvironment)) return std::nullopt;
  if (const auto found = configured_above(folder, project, choice)) return found;
  if (!is_folder(folder / "versions")) return std::nullopt;
  AlembicConfig config;
  config.scripts = folder;
  config.locations = {folder / "versions"};
  config.is_flask = read_bytes(folder / kEnvironment).find("flask") != std::string::npos;
  return config;
}

std::vector<AlembicConfig> alembic_projects_below(const fs::path& folder, size_t least) {
  std::vector<AlembicConfig> projects;
  for (const std::string& name : files_below(folder)) {
    const fs::path file = folder / name;
    if (file.filename() != kIni) continue;
    std::vector<AlembicConfig> here = configured_in(file.parent_path(), folder, {});
    if (here.size() < least) continue;
    if (!projects.empty()) return {};
    projects = std::move(here);
  }
  return projects;
}

}  // namespace provision
