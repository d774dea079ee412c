// One side of a comparison as the user names it: what it is, before anything of it is read.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/progress.h"
#include "provision/base/variables.h"
#include "provision/model/environment.h"
#include "provision/project/project.h"

namespace provision {

struct DriftSource {
  enum class Kind {
    database,  ///< a live one
    head,      ///< what the migrations of an environment make
    schema,    ///< a script of SQL
    snapshot,  ///< a file of `provision snapshot`
  };

  Kind kind = Kind::database;
  std::string label;  ///< "staging", "head of staging", "snapshot:before.json"
  /// That it belongs to; nullptr for what belongs to none.
  std::shared_ptr<const Environment> environment = nullptr;
  std::vector<DatabaseSpec> databases = {};  ///< of a database or a head
  std::filesystem::path file = {};           ///< of a schema or a snapshot
  /// Of a backup: the snapshot of each database that it has.
  std::map<std::string, std::filesystem::path> files = {};
};

/// Where the names of sources lead.
struct DriftPlace {
  std::function<const Project&()> project;  ///< throws where there is none
  std::filesystem::path folder;             ///< what paths are relative to
  Variables variables;
  std::string database;     ///< `--database`; empty: all of an environment
  std::string environment;  ///< `--env`, whose backups are meant; empty: the default one
};

/// The environment called `name`, and those of its databases that are chosen.
DriftSource environment_source(const DriftPlace& place, const std::string& name);

/// What the environment of `source` would be with its migrations alone.
DriftSource head_of(const DriftSource& source);

/// The database that the variable `name` has the URL of.
DriftSource variable_source(const DriftPlace& place, const std::string& name);

/// An environment, `snapshot:FILE`, `schema:FILE`, `backup:ID` or a database URL; `head` is for
/// `head_of`. Throws usage Error that names what is near. A password in a URL is warned against.
DriftSource named_source(const DriftPlace& place, const std::string& word, Progress& progress);

}  // namespace provision
