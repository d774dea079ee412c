// One revision, up, down and up again, each step compared with what it must be.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/exemption.h"
#include "harness/roles_compare.h"
#include "harness/session.h"
#include "harness/verdict.h"
#include "provision/model/revision_graph.h"
#include "provision/model/schema_difference.h"
#include "provision/ops/script_runner.h"

namespace harness {

/// How a revision left its database.
struct Aftermath {
  RevisionResult result;
  bool upgraded = false;                  ///< later revisions find its schema
  bool clean = true;                      ///< and nothing else; else they need another database
  provision::SchemaChanges upgrade = {};  ///< what the upgrade did, where that was looked at
};

class RoundTrip {
 public:
  RoundTrip(Session& session, provision::ScriptRunner& runner, std::string_view engine,
            const provision::DifferencePolicy& policy, const provision::RevisionGraph& graph)
      : session_(session), runner_(runner), engine_(engine), policy_(policy), graph_(graph) {}

  /// The upgrade alone, for what is not to be verified.
  Aftermath upgrade_only(const provision::Revision& revision);
  /// All three steps. `exemption` is what was declared of the revision.
  Aftermath verify(const provision::Revision& revision, const Exemption& exemption);

 private:
  struct Step {
    bool failed = false;
    bool is_atomic = true;
    bool looked = false;  ///< the reader has seen what a failed commit took back
    /// Before it, if it may change them.
    RoleFacts roles = {};
    /// What the tool's own version table held.
    std::optional<provision::PythonHeads> heads = {};
    Changes changes;
    provision::Finding failure;
  };

  /// Whether anybody asks what a step changed.
  enum class Look { now, later };

  /// `name` is the step's in timings, `what` in messages.
  Step run(const provision::Revision& revision, const provision::Script& script,
           std::string_view name, std::string_view what, Look look, RevisionResult& result);
  /// Findings of what `changes` ought not to be; notes go to the result.
  std::vector<provision::Difference> compared(const provision::SchemaChanges& changes,
                                              RevisionResult& result);
  /// The server's roles, if one of the revision's scripts may change them.
  RoleFacts roles(const provision::Revision& revision);
  std::vector<provision::Difference> changed_roles(const provision::Revision& revision,
                                                   const RoleFacts& before);
  /// What the author wrote to check the upgrade.
  void run_own_checks(const provision::Revision& revision, Aftermath& aftermath);
  void compare_heads(const provision::Script& script, const Step& up, const Step& down,
                     const provision::Revision& revision, RevisionResult& result);
  void find_temporary(const provision::Revision& revision, const provision::Script& script,
                      const Changes& upgrade, RevisionResult& result);
  void down_and_up(const provision::Revision& revision, const Step& up, const Exemption& exemption,
                   Aftermath& aftermath);
  void compare_rows(const provision::Revision& revision, const provision::Script& script,
                    const RowsChanges& there_and_back, const Exemption& exemption,
                    Aftermath& aftermath);
  /// For an upgrade that nothing undoes.
  void find_lost_rows(const provision::Script& script, const RowsChanges& upgrade,
                      Aftermath& aftermath);
  void up_again(const provision::Revision& revision, const provision::SchemaChanges& downgrade,
                Aftermath& aftermath);

  Session& session_;
  provision::ScriptRunner& runner_;
  std::string_view engine_;
  const provision::DifferencePolicy& policy_;
  const provision::RevisionGraph& graph_;
};

}  // namespace harness
