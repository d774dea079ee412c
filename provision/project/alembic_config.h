// Where an Alembic project has its revisions: what alembic.ini or pyproject.toml says of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "provision/model/environment.h"

namespace provision {

struct AlembicConfig {
  std::filesystem::path file;  ///< alembic.ini or pyproject.toml; empty: there is none
  std::string section = "alembic";
  std::filesystem::path scripts;                 ///< the folder of env.py
  std::vector<std::filesystem::path> locations;  ///< where the revisions are
  bool is_recursive = false;                     ///< and in the folders below
  bool is_flask = false;  ///< Flask-Migrate's: the file lies in the folder and names none
};

/// The folder of an Alembic project as a user may name it: the one of env.py, its "versions", or
/// one whose alembic.ini or pyproject.toml says where env.py is. `folder` must exist. Nothing where
/// it is none of these, or has not what `choice` names. Throws usage Error at `file:line` for a
/// configuration that cannot be understood, or that is several projects' while none is chosen.
std::optional<AlembicConfig> find_alembic(const std::filesystem::path& folder,
                                          const std::filesystem::path& project,
                                          const AlembicChoice& choice);

/// The projects of the one alembic.ini in `folder` or below it that has `least` or more, by
/// section; nothing where there is no such file, or more than one.
std::vector<AlembicConfig> alembic_projects_below(const std::filesystem::path& folder,
                                                  size_t least);

}  // namespace provision
