// What every operation is given: the chosen databases, the engines, a voice, and a way to ask.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "provision/base/progress.h"
#include "provision/engine/engines.h"
#include "provision/model/environment.h"
#include "provision/model/report.h"
#include "provision/model/revision_graph.h"

namespace provision {

struct Workspace {
  std::string command;  ///< "upgrade"
  Environment environment;
  std::vector<DatabaseSpec> databases;  ///< those of the environment that the command acts on
  Engines& engines;
  Progress& progress;
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(60);
  /// Asks a person to type `expected`; false when the answer differs or nobody is there.
  std::function<bool(const std::string& question, const std::string& expected)> confirm;

  Engine& engine(const DatabaseSpec& spec) const { return engines.at(spec.engine); }
  std::unique_ptr<Database> connect(const DatabaseSpec& spec, Access access) const;
  RevisionGraph revisions(const DatabaseSpec& spec) const;
  /// The one chosen database; throws usage Error when there are several.
  const DatabaseSpec& only_database() const;
  /// The first column of a table with a row per database: shown only where there are several.
  Column database_column() const;
  Report report() const;
};

/// Takes the lock that keeps two runs apart, saying who has it while waiting. Throws unavailable
/// Error that names the holder when `timeout` has passed.
void lock_run(Database& database, const std::string& label, std::chrono::milliseconds timeout,
              Progress& progress);

}  // namespace provision
