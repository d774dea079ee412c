// The migrations that a database is made from, and which of them a live one has.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/environment.h"
#include "provision/model/revision_graph.h"
#include "provision/ops/python/python_project.h"

namespace provision {

struct Migrations {
  std::filesystem::path folder;
  RevisionGraph graph;
  Origin origin = Origin::own;               ///< whose text the scripts are
  std::string setup;                         ///< SQL to run before the first of them
  std::vector<std::string> version_tables;   ///< of the layout's own tool
  std::optional<PythonProject> python = {};  ///< what runs those that are Python
};

/// Throws usage Error where the folder is not there or cannot be read.
Migrations read_migrations(const DatabaseSpec& spec, const std::filesystem::path& project);

/// The same, or nothing where the database has none: not each environment is migrated.
std::optional<Migrations> find_migrations_of(const DatabaseSpec& spec,
                                             const std::filesystem::path& project);

/// The revisions that a live database says it has.
struct AppliedRevisions {
  /// Where it says so: "provision", or the version table of the layout's own tool.
  std::string source;
  RevisionSet known = {};                 ///< those that are in the graph, with all that they need
  std::vector<std::string> unknown = {};  ///< those that no file has
  std::vector<std::string> edited = {};   ///< whose file is not what was applied
};

/// Nothing where the database has no record.
std::optional<AppliedRevisions> read_applied(Database& database, const Migrations& migrations);

}  // namespace provision
