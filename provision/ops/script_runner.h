// Running one direction of a revision on a scratch database, as its own tool would.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "provision/base/progress.h"
#include "provision/engine/engine.h"
#include "provision/model/revision.h"
#include "provision/ops/python/python_worker.h"

namespace provision {

/// Runs scripts and remembers how each was split.
class ScriptRunner {
 public:
  /// `origin` is whose layout the scripts are in, `python` what runs those that are Python.
  ScriptRunner(Engine& engine, Origin origin, const std::optional<PythonProject>& python,
               Progress& progress);

  /// Runs `script` of `revision` in a transaction, or statement by statement where the revision,
  /// the script or what stands in it (its own transactions among it) asks for that. `at_end` is
  /// called when all of it ran: within the transaction, before its commit, if there is one. Throws
  /// refused or usage Error with the place of the statement; a script that ran in a transaction has
  /// then left nothing behind. Returns how long the statements and the commit took, in
  /// milliseconds. `database` is a session with the database of `spec`.
  double run(const DatabaseSpec& spec, Database& database, const Revision& revision,
             const Script& script, const std::function<void()>& at_end);
  /// What the project's own version table held before and after the last revision, if it is such a
  /// tool that ran it.
  const std::optional<PythonHeads>& heads() const { return heads_; }
  /// Throws Error where what runs the scripts cannot be had, or uses another database than that of
  /// `spec`.
  void prepare(const DatabaseSpec& spec, Database& database);
  /// Closes connections to databases that this object made itself.
  void release();

  /// True if `run` puts all of `script` into one transaction.
  bool is_atomic(const Revision& revision, const Script& script);

 private:
  /// A script as it is run.
  struct Split {
    std::vector<Statement> statements;
    bool is_atomic = true;
    bool may_leave_temporary = false;  ///< tables, in the session
  };

  const Split& split(const Revision& revision, const Script& script);
  void run_one(Database& database, const Revision& revision, const Script& script,
               const Statement& statement);
  void run_in_own_transaction(Database& database, const Revision& revision, const Script& script,
                              const Statement& statement);
  double run_atomic(Database& database, const Revision& revision, const Script& script,
                    const std::function<void()>& at_end);
  void run_loose(Database& database, const Revision& revision, const Script& script);
  double run_python(const DatabaseSpec& spec, Database& database, const Revision& revision,
                    const Script& script);

  Engine& engine_;
  Origin origin_;
  Progress& progress_;
  std::map<const Script*, Split> split_;
  std::unique_ptr<PythonWorker> python_;
  std::optional<PythonHeads> heads_;
};

}  // namespace provision
