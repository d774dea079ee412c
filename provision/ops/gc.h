// What provision keeps for itself, and what of it may go.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "provision/engine/engines.h"
#include "provision/ops/scratch.h"
#include "provision/project/project.h"

namespace provision {

struct GcOptions {
  bool dry_run = false;
  std::chrono::seconds older_than = std::chrono::days(14);  ///< since they were used
  size_t keep = 20;                                         ///< templates of a server, newest first
  std::int64_t most_bytes = 2LL << 30;                      ///< of those
};

/// Removes, in all dev and test environments of `project`: databases whose owner was killed,
/// templates that were changed, that nobody used for long or that are too many, databases that wait
/// in a pool that is no more, and those that `run` was told to keep, when they are old.
std::vector<Leftover> collect_kept(const Project& project, Engines& engines,
                                   const GcOptions& options);

/// How much there is of it.
struct KeptAmount {
  size_t templates = 0;
  size_t waiting = 0;  ///< in pools
  size_t of_runs = 0;  ///< in use, or kept
  std::int64_t bytes = 0;
};
KeptAmount amount_kept(const Project& project, Engines& engines);

}  // namespace provision
