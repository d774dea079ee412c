// The lock file: what is proven of each revision, committed beside the revisions.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision_graph.h"

namespace provision {

/// A line of `provision.lock`.
struct LockedRevision {
  std::vector<std::string> parents;
  std::string checksum;
  /// The fingerprint of the schema after it, by what it was proven with: "postgresql-15",
  /// "postgresql-15+rows".
  std::map<std::string, std::string> proofs;
};

/// By revision.
using LockFile = std::map<std::string, LockedRevision, std::less<>>;

/// "provision.lock" in the folder of the migrations.
std::filesystem::path lock_file_path(const std::filesystem::path& migrations);

/// Nothing is locked where there is no file. Throws usage Error with `file:line`.
LockFile read_lock_file(const std::filesystem::path& path, const std::string& shown);

/// One line a revision, in the order of `graph`, so that two branches that add a revision each
/// conflict; what `graph` does not know is left out.
std::string lock_file_text(const LockFile& locked, const RevisionGraph& graph);

}  // namespace provision
