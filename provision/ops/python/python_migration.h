// `upgrade` and `downgrade` of a project whose revisions Alembic runs and whose version table it
// keeps.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/target.h"
#include "provision/ops/python/python_worker.h"
#include "provision/ops/workspace.h"

namespace provision {

class PythonMigration {
 public:
  /// Starts the project's Python and asks where `database` is. Throws usage Error where it knows
  /// of revisions that no file has.
  PythonMigration(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
                  const RevisionGraph& graph, const PythonProject& project);

  /// What the database has.
  const RevisionSet& applied() const { return applied_; }
  /// Carries `plan` out in one run of env.py, so that what one transaction holds is the project's
  /// choice; `done` is told of each revision. Throws Error that says where the database is then.
  void run(const Plan& plan, const std::function<void(const Revision&, const PythonStep&)>& done);
  /// What `plan` would run, as Alembic's offline mode tells it. Throws refused Error, with file and
  /// line, for a revision that cannot be told without a database.
  std::string sql(const Plan& plan);

 private:
  std::vector<const Revision*> revisions_of(const Plan& plan) const;
  Error explained(const Error& error, const Plan& plan, size_t done);
  void ask_where_it_is();

  const Workspace& workspace_;
  const DatabaseSpec& spec_;
  const RevisionGraph& graph_;
  PythonWorker worker_;
  RevisionSet applied_;
  bool is_transactional_ = true;
};

/// The usage Error for a database that has a revision `id` which no file has.
Error unknown_revision(const DatabaseSpec& spec, const std::string& id);

/// Asks env.py where its version table is and tells `graph`; leaves it as it is where Python cannot
/// say.
void ask_version_table(const Workspace& workspace, const DatabaseSpec& spec, RevisionGraph& graph);

/// The SQL of `plan` for a database that has `applied`, as Alembic's offline mode tells it.
std::string python_sql(const Workspace& workspace, const DatabaseSpec& spec,
                       const RevisionGraph& graph, const PythonProject& project, const Plan& plan,
                       const RevisionSet& applied);

}  // namespace provision
