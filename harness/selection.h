// Which revisions are verified, and why the others are not.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/walk.h"
#include "provision/project/lock_file.h"

namespace harness {

/// What was asked for on the command line.
struct SelectionOptions {
  std::vector<std::string> revisions;  ///< these; empty: all
  std::string since;                   ///< a git reference: what changed since, and what follows it
  bool all = false;                    ///< also what the lock file proves
};

/// For each position in graph order: empty if it is to be verified, else why not.
struct Selection {
  std::vector<std::string> reasons;
  std::vector<bool> proven;  ///< by the lock file; its verdict is ok

  bool includes(size_t position) const { return reasons[position].empty(); }
  /// Whether anything of it is left to verify.
  bool empty() const;
  bool is_whole() const;
};

/// Throws usage Error for an unknown revision. `proof` is the name of what would prove a revision
/// in the lock file, "sqlite-3".
Selection selection(const provision::RevisionGraph& graph, const SelectionOptions& options,
                    const provision::LockFile& locked, const std::string& proof,
                    const std::filesystem::path& migrations, const std::filesystem::path& project);

/// Positions that one of several takes.
struct Part {
  size_t begin = 0;
  size_t end = 0;
};

/// The positions of `selection` in `count` parts of about equal work: a part upgrades all revisions
/// before it without verifying them, so that the first ones are the longest.
std::vector<Part> parts(const Selection& selection, Part whole, size_t count);

}  // namespace harness
