// What `current`, `history`, `show` and `status` tell of applied revisions, in the same words.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provision/ops/ledger.h"
#include "provision/ops/workspace.h"

namespace provision {

/// The applied revisions of one database, by id; empty when it does not exist or is not migrated.
class AppliedView {
 public:
  /// Reads them from `database`, which is one of `graph`.
  AppliedView(Database& database, const RevisionGraph& graph);
  /// Reads them if the database exists.
  AppliedView(const Workspace& workspace, const DatabaseSpec& spec, const RevisionGraph& graph);

  /// Those that `graph` has, as its own questions need them.
  RevisionSet known(const RevisionGraph& graph) const;
  /// Those that no file has.
  std::vector<std::string> unknown(const RevisionGraph& graph) const;
  const AppliedRevision* find(const std::string& id) const;
  const std::vector<AppliedRevision>& all() const { return applied_; }

  /// The columns that `cells` fills: when, how long, by whom, and whether the file is still the
  /// same.
  static std::vector<Column> columns();
  std::vector<Cell> cells(const std::string& id, const Revision* revision) const;
  /// "same", "edited", "missing", or empty for a revision that is not applied, or where nobody
  /// wrote down what its file was.
  std::string file_state(const std::string& id, const Revision* revision) const;

 private:
  std::vector<AppliedRevision> applied_;
};

}  // namespace provision
