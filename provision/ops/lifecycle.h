// How databases come and go: `create`, `drop`, `reset`.
#pragma once

#include "provision/ops/recipe.h"
#include "provision/ops/workspace.h"

namespace provision {

/// Makes each database: created, migrated, seeded beside its place, and put there when complete.
/// Throws refused Error for one that exists.
Report create(const Workspace& workspace, const FreshOptions& options);

struct ResetOptions {
  FreshOptions contents;
  bool snapshot_first = false;  ///< back up what is there before it goes
  bool force = false;           ///< end the sessions that are in the way
};

/// As `create`, in the place of the database that is there, which stays as it is until then. Only
/// for a database that says of itself that provision made it for dev or test, or after a person
/// typed its name.
Report reset(const Workspace& workspace, const ResetOptions& options);

struct DropOptions {
  bool yes = false;  ///< do not ask for a dev or test database that provision made
  bool force = false;
};

Report drop(const Workspace& workspace, const DropOptions& options);

}  // namespace provision
