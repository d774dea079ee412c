#include "provision/project/alembic_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/project/ini_file.h"
#include "provision/project/python_module.h"
#include "provision/project/source.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIni = "alembic.ini";
constexpr std::string_view kPyproject = "pyproject.toml";
constexpr std::string_view kTable = "[tool.alembic]";
constexpr std::string_view kScripts = "script_location";
constexpr std::string_view kEnvironment = "env.py";

bool is_file(const fs::path& path) {
  std::error_code missing;
  return fs::is_regular_file(path, missing);
}

bool is_folder(const fs::path& path) {
  std::error_code missing;
  return fs::is_directory(path, missing);
}

/// What a configuration says, as it is written.
struct Settings {
  std::string scripts;
  std::vector<std::string> locations;
  std::vector<std::string> python_path;
  bool is_recursive = false;
};

/// The parts of `text` between any of `separators`.
std::vector<std::string> split_at_any(std::string_view text, std::string_view separators) {
  std::string plain(text);
  for (char& c : plain) {
    if (separators.find(c) != std::string_view::npos) c = '\n';
  }
  return split_list(plain, '\n');
}

/// The characters that the list of locations is split at. `word` is empty where nothing says it.
std::string_view separators_for(std::string_view word, const Place& place) {
  word = word.substr(0, word.find_first_of(" \t\n"));  // some say in a remark behind it what it is
  if (word.empty()) return " ,\n";                     // as it was before there was the choice
  if (word == "space") return " \n";
  if (word == "newline") return "\n";
  if (word == "os" || word == ":") return ":\n";
  if (word == ";") return ";\n";
  throw usage_error(place, fmt::format("'{}' is no separator of paths", word),
                    "known: os, space, newline, ':', ';'");
}

/// What section `section` of `file` says; nothing where there is no such section.
std::optional<Settings> settings_of_ini(const fs::path& file, const std::string& shown,
                                        const std::string& section) {
  const IniFile ini(read_source(file, shown), shown);
  if (!ini.has_section(section)) return std::nullopt;
  const std::map<std::string, std::string> known = {{"here", file.parent_path().string()}};
  const auto value = [&](std::string_view key) {
    return ini.value(section, std::string(key), known).value_or("");
  };
  std::string separator = value("path_separator");
  if (separator.empty()) separator = value("version_path_separator");
  Settings settings;
  settings.scripts = value(kScripts);
  if (const std::string locations = value("version_locations"); !locations.empty()) {
    settings.locations = split_at_any(locations, separators_for(separator, {shown, 0}));
  }
  settings.python_path = split_at_any(value("prepend_sys_path"), " ,:;\n");
  const std::string recursive = lower(value("recursive_version_locations"));
  settings.is_recursive =
      recursive == "true" || recursive == "1" || recursive == "yes" || recursive == "on";
  return settings;
}

/// The lines of the table [tool.alembic], those of all others left empty. Its strings, lists and
/// remarks are written as Python's are.
std::string alembic_table(std::string_view text) {
  std::string table;
  bool is_inside = false;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view content = trimmed(line);
    if (content.starts_with('[')) {
      is_inside = content.starts_with(kTable);
    } else if (is_inside) {
      table += content;
    }
    table += '\n';
  }
  return table;
}

std::optional<Settings> settings_of_pyproject(const fs::path& file, const std::string& shown) {
  const std::string text = read_source(file, shown);
  if (text.find(kTable) == std::string::npos) return std::nullopt;
  const PythonModule table = parse_python_module(alembic_table(text), shown);
  const auto list = [&](std::string_view key) {
    const PythonAssignment* assigned = table.assigned(key);
    if (assigned == nullptr) return std::vector<std::string>();
    if (!assigned->value) {
      throw usage_error(Place{shown, assigned->line}, fmt::format("'{}' is no string", key));
    }
    std::vector<std::string> items = assigned->value->items;
    for (std::string& item : items) {
      const size_t here = item.find("%(here)s");
      if (here != std::string::npos) item.replace(here, 8, file.parent_path().string());
    }
    return items;
  };
  Settings settings;
  settings.scripts = joined(list(kScripts), "");
  settings.locations = list("version_locations");
  settings.python_path = list("prepend_sys_path");
  // The only value that is no string: `true`, which Python knows nothing of.
  settings.is_recursive =
      alembic_table(text).find("recursive_version_locations = true") != std::string::npos;
  return settings;
}

/// Finds the places that a configuration names.
class Places {
 public:
  Places(fs::path folder, const fs::path& project, const Settings& settings)
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
                            const Settings& settings) {
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

/// What the configuration in `folder` says, if it has one that names a folder of scripts or lies in
/// one.
std::optional<AlembicConfig> configured_in(const fs::path& folder, const fs::path& project) {
  const fs::path ini = folder / kIni;
  if (is_file(ini)) {
    const auto settings = settings_of_ini(ini, shown_path(ini, project), "alembic");
    if (settings && (!settings->scripts.empty() || is_file(folder / kEnvironment))) {
      return configuration(ini, project, *settings);
    }
  }
  const fs::path pyproject = folder / kPyproject;
  if (!is_file(pyproject)) return std::nullopt;
  const auto settings = settings_of_pyproject(pyproject, shown_path(pyproject, project));
  if (!settings || settings->scripts.empty()) return std::nullopt;
  return configuration(pyproject, project, *settings);
}

/// The configuration above `scripts` that names this folder.
std::optional<AlembicConfig> configured_above(const fs::path& scripts, const fs::path& project) {
  constexpr int kHighest = 5;
  fs::path folder = scripts;
  for (int i = 0; i < kHighest && folder.has_relative_path(); ++i) {
    folder = folder.parent_path();
    std::error_code missing;
    const auto found = configured_in(folder, project);
    if (found && fs::equivalent(found->scripts, scripts, missing)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<AlembicConfig> find_alembic(const fs::path& folder, const fs::path& project) {
  if (const auto found = configured_in(folder, project)) return found;
  const bool is_versions = !is_file(folder / kEnvironment) &&
                           is_file(folder.parent_path() / kEnvironment) &&
                           folder.filename() == "versions";
  if (is_versions) return find_alembic(folder.parent_path(), project);
  if (!is_file(folder / kEnvironment)) return std::nullopt;
  if (const auto found = configured_above(folder, project)) return found;
  if (!is_folder(folder / "versions")) return std::nullopt;
  AlembicConfig config;
  config.scripts = folder;
  config.locations = {folder / "versions"};
  config.is_flask = read_bytes(folder / kEnvironment).find("flask") != std::string::npos;
  return config;
}

}  // namespace provision
