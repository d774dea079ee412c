// The proof of a backup: restored on scratch, and found to be what was backed up.
#pragma once

#include <string>
#include <vector>

#include "provision/base/progress.h"
#include "provision/engine/engine.h"
#include "provision/ops/backup/store.h"

namespace provision {

/// What is proven without being asked for: databases of so many bytes together.
inline constexpr std::int64_t kProvenByDefault = 256LL << 20;

struct Proof {
  std::vector<std::string> troubles;  ///< what is wrong with the backup
  std::string obstacle;               ///< why nothing could be learnt here

  bool holds() const { return troubles.empty() && obstacle.empty(); }
};

/// Restores `backup` on scratch and compares it; writes down in its manifest whether that holds.
Proof prove(Backup& backup, Progress& progress);

/// What `Engine::load` needs to know of the dump of `database`.
Dump dump_of(const BackedUpDatabase& database);

/// How many tables are read at once of a dump that allows it.
int restore_jobs();

}  // namespace provision
