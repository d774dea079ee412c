// The graph of revisions: branches, merges, dependencies, and one order that is the same
// everywhere.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision.h"

namespace provision {

using RevisionSet = std::set<std::string, std::less<>>;

/// What may be an id: in our own files what Alembic and the target syntax leave room for; in the
/// files of other tools whatever they take.
enum class IdRule { own, foreign };

/// Where a project keeps its record in a database.
struct VersionTableName {
  std::string schema;               ///< empty: where the session's path finds it
  std::string name;                 ///< empty: as is usual for its layout
  bool is_known_to_python = false;  ///< only env.py itself can tell it
};

/// All revisions of one folder. Parents come before children; ties are broken by id.
class RevisionGraph {
 public:
  RevisionGraph() = default;
  /// Throws usage Error, with the place of the culprit, for a duplicate id, an unknown parent or
  /// dependency, a cycle, an id that is empty or, by the rule `own`, over 32 characters or with one
  /// of "@+-: ", a label used twice or named like an id. Dependencies said as labels become the ids
  /// of the revisions so labelled.
  explicit RevisionGraph(std::vector<Revision> revisions, IdRule rule = IdRule::own,
                         std::string layout = {});

  /// The name of the layout that the files are in; empty where there are none.
  const std::string& layout() const { return layout_; }
  /// The table of the record, where it is not the layout's usual one.
  const VersionTableName& version_table() const { return version_table_; }
  void set_version_table(VersionTableName table) { version_table_ = std::move(table); }
  bool empty() const { return revisions_.empty(); }
  size_t size() const { return revisions_.size(); }
  /// In order: parents and dependencies first, ties by id.
  const std::vector<Revision>& revisions() const { return revisions_; }
  const Revision* find(std::string_view id) const;
  /// Throws usage Error that names the nearest known id.
  const Revision& at(std::string_view id) const;
  /// The revision that carries `label` itself, or nullptr.
  const Revision* labelled(std::string_view label) const;
  /// Ids of the revisions whose parent is `id`, sorted.
  const std::vector<std::string>& children(std::string_view id) const;
  /// Ids of the revisions that depend on `id`, sorted.
  const std::vector<std::string>& dependents(std::string_view id) const;

  /// Ids that are nobody's parent, sorted: what Alembic's `heads` lists. With
  /// `resolve_dependencies` those that another revision depends on are left out too: what `upgrade
  /// heads` goes to.
  std::vector<std::string> heads(bool resolve_dependencies = false) const;
  std::vector<std::string> bases() const;
  bool is_head(std::string_view id) const;
  bool is_branch_point(std::string_view id) const;
  bool is_merge(std::string_view id) const;
  /// The labels that apply to `id`, sorted: its own, and those of its branch. Alembic's rule: a
  /// label covers the labelled revision and its descendants, and, where no branch or merge follows,
  /// its ancestors back to the last branch or merge point.
  const std::vector<std::string>& branch_labels(std::string_view id) const;

  /// `ids` and all that they need: parents and, unless `dependencies` is false, dependencies,
  /// transitively.
  RevisionSet with_ancestors(const RevisionSet& ids, bool dependencies = true) const;
  /// `ids` and all that need them, transitively.
  RevisionSet with_descendants(const RevisionSet& ids, bool dependencies = true) const;
  /// The members of `ids` in graph order.
  std::vector<std::string> ordered(const RevisionSet& ids) const;
  /// The members of `ids`, sorted, that no other member needs as a parent or a dependency: what
  /// Alembic keeps in its version table.
  std::vector<std::string> tips(const RevisionSet& ids) const;

 private:
  using Position = std::uint32_t;  ///< of a revision in graph order

  void index_ids(IdRule rule);
  void index_labels();
  Position needed(const Revision& by, std::string_view what, std::string_view name) const;
  void link();
  void move_to(const std::vector<Position>& order);
  void collect_children();
  void collect_labels();
  void spread_labels_upwards();
  bool is_branch_or_merge(Position position) const;

  std::optional<Position> lookup(std::string_view id) const;
  Position position_of(std::string_view id) const;
  std::span<const Position> needs(Position position, bool dependencies = true) const;
  std::vector<bool> marks(const RevisionSet& ids) const;
  RevisionSet marked(const std::vector<bool>& marks) const;

  std::string layout_;
  VersionTableName version_table_;
  std::vector<Revision> revisions_;
  std::vector<Position> by_id_;  ///< positions sorted by id
  std::map<std::string, Position, std::less<>> labels_;
  std::vector<std::vector<Position>> needs_;  ///< parents, then dependencies
  std::vector<std::vector<std::string>> children_;
  std::vector<std::vector<std::string>> dependents_;
  std::vector<std::vector<std::string>> label_sets_;
  std::vector<Position> label_set_of_;
};

}  // namespace provision
