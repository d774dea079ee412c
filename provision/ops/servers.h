// `up` and `down`: managed servers that run on between commands.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provision/engine/managed_servers.h"
#include "provision/ops/scratch.h"
#include "provision/ops/workspace.h"

namespace provision {

/// Starts the managed servers of the chosen databases, to stay until nobody used them for `idle`
/// (zero: for ever). Throws usage Error where no database has one.
Report up(const Workspace& workspace, std::chrono::seconds idle);

/// Ends them. Sessions in the way are named in an unavailable Error, or ended if `force`.
Report down(const Workspace& workspace, bool force);

/// How the managed server of `spec` stands, in words; empty where it has none. Starts nothing.
std::string server_words(Engine& engine, const DatabaseSpec& spec);

/// Ends servers whose supervisor is gone and removes what belongs to no project any more, unless
/// `dry_run`, and says what it was.
std::vector<Leftover> orphan_servers(bool dry_run, Progress& progress);

}  // namespace provision
