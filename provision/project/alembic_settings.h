// What alembic.ini or the table [tool.alembic] of pyproject.toml says, as it is written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace provision {

struct AlembicSettings {
  std::string scripts;                 ///< script_location
  std::vector<std::string> locations;  ///< version_locations
  std::vector<std::string> python_path;
  bool is_recursive = false;  ///< the folders below the locations, too
};

/// What section `section` of the ini file `file` says; nothing where there is no such section.
/// Throws usage Error at `file:line`, with `shown` as the file's name.
std::optional<AlembicSettings> alembic_settings_of_ini(const std::filesystem::path& file,
                                                       const std::string& shown,
                                                       const std::string& section);

/// The same of a pyproject.toml, which has one table for it.
std::optional<AlembicSettings> alembic_settings_of_pyproject(const std::filesystem::path& file,
                                                             const std::string& shown);

/// The sections of an ini file that are projects: those that say where their scripts are.
std::vector<std::string> alembic_sections(const std::filesystem::path& file,
                                          const std::string& shown);

}  // namespace provision
