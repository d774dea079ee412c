#include "provision/model/revision_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"

namespace provision {

std::optional<RevisionGraph::Position> RevisionGraph::lookup(std::string_view id) const {
  const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                      [this](Position position, std::string_view wanted) {
                                        return revisions_[position].id < wanted;
                                      });
  if (found == by_id_.end() || revisions_[*found].id != id) return std::nullopt;
  return *found;
}

RevisionGraph::Position RevisionGraph::position_of(std::string_view id) const {
  if (const auto position = lookup(id)) return *position;
  std::vector<std::string> known;
  for (const Position position : by_id_) known.push_back(revisions_[position].id);
  throw usage_error(fmt::format("there is no revision '{}'", id), name_hint(id, known));
}

std::span<const RevisionGraph::Position> RevisionGraph::needs(Position position,
                                                              bool dependencies) const {
  const std::span<const Position> all = needs_[position];
  return dependencies ? all : all.first(revisions_[position].parents.size());
}

const Revision* RevisionGraph::find(std::string_view id) const {
  const auto position = lookup(id);
  return position ? &revisions_[*position] : nullptr;
}

const Revision& RevisionGraph::at(std::string_view id) const { return revisions_[position_of(id)]; }

const Revision* RevisionGraph::labelled(std::string_view label) const {
  const auto found = labels_.find(label);
  return found == labels_.end() ? nullptr : &revisions_[found->second];
}

const std::vector<std::string>& RevisionGraph::children(std::string_view id) const {
  return children_[position_of(id)];
}

const std::vector<std::string>& RevisionGraph::dependents(std::string_view id) const {
  return dependents_[position_of(id)];
}

std::vector<std::string> RevisionGraph::heads(bool resolve_dependencies) const {
  std::vector<std::string> heads;
  for (const Position position : by_id_) {
    if (!children_[position].empty()) continue;
    if (resolve_dependencies && !dependents_[position].empty()) continue;
    heads.push_back(revisions_[position].id);
  }
  return heads;
}

std::vector<std::string> RevisionGraph::bases() const {
  std::vector<std::string> bases;
  for (const Position position : by_id_) {
    if (revisions_[position].parents.empty()) bases.push_back(revisions_[position].id);
  }
  return bases;
}

bool RevisionGraph::is_head(std::string_view id) const { return children(id).empty(); }

bool RevisionGraph::is_branch_point(std::string_view id) const { return children(id).size() > 1; }

bool RevisionGraph::is_merge(std::string_view id) const { return at(id).parents.size() > 1; }

const std::vector<std::string>& RevisionGraph::branch_labels(std::string_view id) const {
  return label_sets_[label_set_of_[position_of(id)]];
}

std::vector<bool> RevisionGraph::marks(const RevisionSet& ids) const {
  std::vector<bool> marks(size());
  for (const std::string& id : ids) marks[position_of(id)] = true;
  return marks;
}

RevisionSet RevisionGraph::marked(const std::vector<bool>& marks) const {
  RevisionSet ids;
  for (const Position position : by_id_) {
    if (marks[position]) ids.emplace_hint(ids.end(), revisions_[position].id);
  }
  return ids;
}

// Positions are in graph order, so one sweep meets every revision after all that it needs, and the
// sweep back meets it before them.
RevisionSet RevisionGraph::with_ancestors(const RevisionSet& ids, bool dependencies) const {
  std::vector<bool> reached = marks(ids);
  for (auto position = static_cast<Position>(size()); position-- > 0;) {
    if (!reached[position]) continue;
    for (const Position need : needs(position, dependencies)) reached[need] = true;
  }
  return marked(reached);
}

RevisionSet RevisionGraph::with_descendants(const RevisionSet& ids, bool dependencies) const {
  std::vector<bool> reached = marks(ids);
  for (Position position = 0; position < size(); ++position) {
    for (const Position need : needs(position, dependencies)) {
      if (reached[need]) reached[position] = true;
    }
  }
  return marked(reached);
}

std::vector<std::string> RevisionGraph::ordered(const RevisionSet& ids) const {
  const std::vector<bool> members = marks(ids);
  std::vector<std::string> result;
  result.reserve(ids.size());
  for (Position position = 0; position < size(); ++position) {
    if (members[position]) result.push_back(revisions_[position].id);
  }
  return result;
}

std::vector<std::string> RevisionGraph::tips(const RevisionSet& ids) const {
  const std::vector<bool> members = marks(ids);
  std::vector<bool> is_tip = members;
  for (Position position = 0; position < size(); ++position) {
    if (!members[position]) continue;
    for (const Position need : needs(position)) is_tip[need] = false;
  }
  std::vector<std::string> tips;
  for (const Position position : by_id_) {
    if (is_tip[position]) tips.push_back(revisions_[position].id);
  }
  return tips;
}

}  // namespace provision
