// Writing new revisions: `revision` and `merge`, and finding the file for `edit`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "provision/ops/workspace.h"

namespace provision {

struct RevisionOptions {
  std::string message;
  std::string head = "head";  ///< the revision that the new one follows; "base" begins a branch
  bool splice = false;        ///< allow a parent that is no head
  std::string branch_label;
  std::vector<std::string> depends_on;
  std::string id;                 ///< empty: the time now
  std::string version_path = {};  ///< of several folders of an Alembic project, the one it goes to
};

/// Writes a new revision file for the one chosen database.
Report new_revision(const Workspace& workspace, const RevisionOptions& options);

struct MergeOptions {
  std::vector<std::string> revisions;  ///< empty: all heads
  std::string message;
  std::string branch_label;
  std::string id;
};

/// Writes a revision without SQL that has all of `revisions` as parents.
Report merge(const Workspace& workspace, const MergeOptions& options);

/// The file of the one revision that `target` names.
std::filesystem::path revision_file(const Workspace& workspace, const std::string& target);

}  // namespace provision
