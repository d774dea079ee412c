// The graph of revisions: branches, merges, dependencies, and one order that is the same everywhere.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision.h"

namespace provision {

using RevisionSet = std::set<std::string, std::less<>>;

/// All revisions of one folder. Parents come before children; ties are broken by id.
class RevisionGraph {
 public:
  RevisionGraph() = default;
  /// Throws usage Error, with the place of the culprit, for a duplicate id, an unknown parent or
  /// dependency, a cycle, an id over 32 characters or with one of "@+-: ", a label used twice or
  /// named like an id.
  explicit RevisionGraph(std::vector<Revision> revisions);

  bool empty() const { return revisions_.empty(); }
  size_t size() const { return revisions_.size(); }
  /// In order: parents and dependencies first, ties by id.
  const std::vector<Revision>& revisions() const { return revisions_; }
  const Revision* find(std::string_view id) const;
  /// Throws usage Error that names the nearest known id.
  const Revision& at(std::string_view id) const;
  /// Ids of the revisions whose parent is `id`, sorted.
  const std::vector<std::string>& children(std::string_view id) const;
  /// Ids of the revisions that depend on `id`, sorted.
  const std::vector<std::string>& dependents(std::string_view id) const;

  /// Ids that are nobody's parent, sorted. Without `with_dependencies`, as Alembic's `heads`; with
  /// it those that another revision depends on are left out too.
  std::vector<std::string> heads(bool resolve_dependencies = false) const;
  std::vector<std::string> bases() const;
  bool is_head(std::string_view id) const;
  bool is_branch_point(std::string_view id) const;
  bool is_merge(std::string_view id) const;
  /// The labels that apply to `id`: its own, and those of its branch (Alembic's rule: a label
  /// covers the labelled revision, its descendants, and its ancestors up to a branch point).
  std::vector<std::string> branch_labels(std::string_view id) const;

  /// `ids` and all that they need: parents and dependencies, transitively.
  RevisionSet with_ancestors(const RevisionSet& ids) const;
  /// `ids` and all that need them, transitively.
  RevisionSet with_descendants(const RevisionSet& ids) const;
  /// The members of `ids` in graph order.
  std::vector<std::string> ordered(const RevisionSet& ids) const;
  /// The members of `ids` that no other member needs as a parent or a dependency: what Alembic keeps
  /// in its version table.
  std::vector<std::string> tips(const RevisionSet& ids) const;

 private:
  std::vector<Revision> revisions_;
  std::map<std::string, size_t, std::less<>> index_;
  std::map<std::string, std::vector<std::string>, std::less<>> children_;
  std::map<std::string, std::vector<std::string>, std::less<>> dependents_;
};

}  // namespace provision
