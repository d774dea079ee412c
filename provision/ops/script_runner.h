// Running one direction of a revision on a scratch database, as its own tool would.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "provision/base/progress.h"
#include "provision/engine/engine.h"
#include "provision/model/revision.h"

namespace provision {

/// Runs scripts and remembers how each was split.
class ScriptRunner {
 public:
  /// `origin` is whose layout the scripts are in.
  ScriptRunner(Engine& engine, Origin origin, Progress& progress)
      : engine_(engine), origin_(origin), progress_(progress) {}

  /// Runs `script` of `revision` in a transaction, or statement by statement where the revision,
  /// the script or what stands in it (its own transactions among it) asks for that. `at_end` is
  /// called when all of it ran: within the transaction, before its commit, if there is one. Throws
  /// refused or usage Error with the place of the statement; a script that ran in a transaction has
  /// then left nothing behind. Returns how long the statements and the commit took, in
  /// milliseconds.
  double run(Database& database, const Revision& revision, const Script& script,
             const std::function<void()>& at_end);

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

  Engine& engine_;
  Origin origin_;
  Progress& progress_;
  std::map<const Script*, Split> split_;
};

}  // namespace provision
