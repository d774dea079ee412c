// A fresh database: a copy of a template where there can be one, else made from its scripts.
#pragma once

#include "provision/ops/recipe.h"

namespace provision {

/// What was done to make fresh databases, for a report.
struct FreshTables {
  explicit FreshTables(const Workspace& workspace);

  Table revisions;
  Table seeds;
  bool are_copied = true;  ///< each of them is a copy of a template and no script was run
  size_t seed_sets = 0;    ///< that the copies have
};

/// Makes the database of `place`, which is not there yet: migrated, seeded, with an identity of its
/// own. What it is made from may become a template. On Error a part of it may be left: who gave the
/// place removes it.
void make_fresh(const Workspace& workspace, const DatabaseSpec& place, const FreshOptions& options,
                FreshTables& tables);

}  // namespace provision
