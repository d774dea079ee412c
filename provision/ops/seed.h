// `seed`: rows that an environment must have, written only where they differ.
#pragma once

#include <string>
#include <vector>

#include "provision/model/seed.h"
#include "provision/ops/workspace.h"

namespace provision {

/// Applies `sets`, or all that the environment lists, one transaction a set. Throws usage Error at
/// the seed's file for an unknown table or column, or a key that is no unique constraint.
Report seed(const Workspace& workspace, const std::vector<std::string>& sets);

/// The same for one open database; adds a row for each table to `table`. The caller has the lock.
void seed_database(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
                   const std::vector<std::string>& sets, Table& table);
Table seed_table(const Workspace& workspace);

/// Changes with everything that `set` writes: what the ledger of a database has of it.
std::string digest_of(const SeedSet& set);

/// "reference: ok, demo: changed": what `status` says of the sets of one database.
std::vector<std::string> seed_states(const Workspace& workspace, const DatabaseSpec& spec,
                                     Database& database);

}  // namespace provision
