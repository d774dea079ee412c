// Commands that only look: at the revisions, and at what the databases have of them.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/workspace.h"

namespace provision {

/// What each database is at. With `check_heads`, a finding for each that is not on all heads.
Report current(const Workspace& workspace, bool check_heads);

struct HistoryOptions {
  std::string range;      ///< "a:b", either end open; empty: everything
  bool indicate = false;  ///< tell from the database what is applied
  std::string graph;      ///< "text", "dot" or "mermaid"; empty: a table
};
/// The revisions, newest first.
Report history(const Workspace& workspace, const HistoryOptions& options);

Report heads(const Workspace& workspace, bool resolve_dependencies);
Report branches(const Workspace& workspace);
/// One revision, or several where `target` names several; `indicate` as in history.
Report show(const Workspace& workspace, const std::string& target, bool indicate);

/// Where every database stands: what it is, what it has, what is pending.
Report status(const Workspace& workspace);

}  // namespace provision
