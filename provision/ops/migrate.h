// `upgrade` and `downgrade`: carrying out a plan on every chosen database.
#pragma once

#include <string>

#include "provision/model/target.h"
#include "provision/ops/apply.h"
#include "provision/ops/workspace.h"

namespace provision {

struct MigrateOptions {
  std::string target;
  bool dry_run = false;  ///< run everything in one transaction, then roll it back
  Resume resume = Resume::ask;
  std::string tag = {};  ///< for env.py alone
};

/// Throws Error that says at which revision the database was left.
Report upgrade(const Workspace& workspace, const MigrateOptions& options);
Report downgrade(const Workspace& workspace, const MigrateOptions& options);

/// Brings one database to `target` and adds a row for each revision to `table`.
void upgrade_database(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
                      const MigrateOptions& options, Table& table);
Table migration_table(const Workspace& workspace);

/// The SQL that `upgrade` or `downgrade` would run, bookkeeping included, without running it.
/// The target may be a range "a:b"; without a start it begins at what the database has, or at base
/// where there is no database. Throws usage Error for a downgrade without a start and a database.
Report migration_sql(const Workspace& workspace, Direction direction,
                     const MigrateOptions& options);

/// Throws usage Error, with the difference, if a revision was edited after it was applied, or if
/// the database has one that no file has.
void check_applied(const RevisionGraph& graph, State& state,
                   const std::vector<AppliedRevision>& applied);

/// "'0042'", or "base": where a database is that has `applied`.
std::string tips_text(const RevisionGraph& graph, const RevisionSet& applied);

/// The ids of `applied`.
RevisionSet ids_of(const std::vector<AppliedRevision>& applied);

}  // namespace provision
