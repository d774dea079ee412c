// How a graph is built from revisions in any order: checked, linked, sorted, labelled.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <queue>

#include "provision/base/text.h"
#include "provision/model/revision_graph.h"

namespace provision {
namespace {

constexpr size_t kLongestId = 32;  // Alembic's version table has no room for more
constexpr std::string_view kParent = "parent";
constexpr std::string_view kDependency = "dependency";
constexpr std::array<std::string_view, 4> kReserved = {"head", "heads", "base", "current"};

bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7F'; }

bool is_reserved(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

/// What is wrong with `name`, where the characters in `refused` have another meaning; or nothing.
std::string trouble_with(std::string_view name, std::string_view refused) {
  if (name.empty()) return "is empty";
  if (is_reserved(name)) return "is a word of the target syntax";
  if (std::any_of(name.begin(), name.end(), is_blank_or_control)) {
    return "contains a blank or a control character";
  }
  for (const char c : refused) {
    if (name.find(c) != std::string_view::npos) return fmt::format("contains '{}'", c);
  }
  return {};
}

void check_id(const Revision& revision, IdRule rule) {
  if (rule == IdRule::foreign && !revision.id.empty()) return;
  std::string trouble = trouble_with(revision.id, "@+-:,");
  if (trouble.empty() && revision.id.size() > kLongestId) {
    trouble = fmt::format("is longer than {} characters", kLongestId);
  }
  if (trouble.empty()) return;
  throw usage_error(revision.place, fmt::format("revision id '{}' {}", revision.id, trouble),
                    "an id has at most 32 characters and none of '@', '+', '-', ':', ','");
}

void check_parents(const Revision& revision) {
  std::vector<std::string_view> sorted(revision.parents.begin(), revision.parents.end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return;
  throw usage_error(revision.place,
                    fmt::format("revision '{}' names the parent '{}' twice", revision.id, *twice));
}

/// A cycle among the revisions that could not be sorted, as "a -> b -> a".
Error cycle_error(const std::vector<Revision>& revisions,
                  const std::vector<std::vector<std::uint32_t>>& needs,
                  const std::vector<std::uint32_t>& missing, std::uint32_t start) {
  std::vector<std::uint32_t> path;
  std::uint32_t here = start;
  while (std::find(path.begin(), path.end(), here) == path.end()) {
    path.push_back(here);
    // An unsorted revision waits for one that is unsorted too.
    here = *std::find_if(needs[here].begin(), needs[here].end(),
                         [&](std::uint32_t need) { return missing[need] > 0; });
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), here));
  path.push_back(here);
  std::vector<std::string> names;
  for (const std::uint32_t position : path) names.push_back("'" + revisions[position].id + "'");
  return usage_error(
      revisions[here].place,
      fmt::format("revisions need each other in a circle: {}", joined(names, " -> ")),
      "one of them must not name the next in 'parents' or 'depends_on'");
}

/// Positions in graph order: needs first, ties by rank of the id.
std::vector<std::uint32_t> sorted_by_needs(const std::vector<Revision>& revisions,
                                           const std::vector<std::vector<std::uint32_t>>& needs,
                                           const std::vector<std::uint32_t>& by_id) {
  std::vector<std::uint32_t> rank(by_id.size());
  for (std::uint32_t i = 0; i < by_id.size(); ++i) rank[by_id[i]] = i;
  std::vector<std::uint32_t> missing(by_id.size());
  std::vector<std::vector<std::uint32_t>> needed_by(by_id.size());
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
  for (std::uint32_t position = 0; position < by_id.size(); ++position) {
    missing[position] = static_cast<std::uint32_t>(needs[position].size());
    for (const std::uint32_t need : needs[position]) needed_by[need].push_back(position);
    if (needs[position].empty()) ready.push(rank[position]);
  }

  std::vector<std::uint32_t> order;
  order.reserve(by_id.size());
  while (!ready.empty()) {
    const std::uint32_t position = by_id[ready.top()];
    ready.pop();
    order.push_back(position);
    for (const std::uint32_t next : needed_by[position]) {
      if (--missing[next] == 0) ready.push(rank[next]);
    }
  }
  if (order.size() == by_id.size()) return order;
  const auto stuck = std::find_if(by_id.begin(), by_id.end(),
                                  [&](std::uint32_t position) { return missing[position] > 0; });
  throw cycle_error(revisions, needs, missing, *stuck);
}

}  // namespace

RevisionGraph::RevisionGraph(std::vector<Revision> revisions, IdRule rule, std::string layout)
    : layout_(std::move(layout)), revisions_(std::move(revisions)) {
  index_ids(rule);
  index_labels();
  link();
  move_to(sorted_by_needs(revisions_, needs_, by_id_));
  collect_children();
  collect_labels();
}

void RevisionGraph::index_ids(IdRule rule) {
  by_id_.resize(revisions_.size());
  for (Position position = 0; position < by_id_.size(); ++position) {
    by_id_[position] = position;
    check_id(revisions_[position], rule);
    check_parents(revisions_[position]);
  }
  const auto by_id = [this](Position left, Position right) {
    return revisions_[left].id < revisions_[right].id;
  };
  // Files are read in the order of their names, so this is the usual case.
  if (!std::is_sorted(by_id_.begin(), by_id_.end(), by_id)) {
    std::stable_sort(by_id_.begin(), by_id_.end(), by_id);
  }
  const auto twice =
      std::adjacent_find(by_id_.begin(), by_id_.end(), [this](Position left, Position right) {
        return revisions_[left].id == revisions_[right].id;
      });
  if (twice == by_id_.end()) return;
  const Revision& first = revisions_[*twice];
  const Revision& second = revisions_[*std::next(twice)];
  throw usage_error(
      second.place, fmt::format("revision '{}' is there twice", second.id),
      first.place.file.empty() ? std::string() : "the other one is in " + first.place.text());
}

void RevisionGraph::index_labels() {
  for (Position position = 0; position < revisions_.size(); ++position) {
    const Revision& revision = revisions_[position];
    for (const std::string& label : revision.labels) {
      const std::string trouble = trouble_with(label, "@:,");
      if (!trouble.empty()) {
        throw usage_error(revision.place, fmt::format("label '{}' {}", label, trouble));
      }
      if (lookup(label)) {
        throw usage_error(revision.place, fmt::format("label '{}' is the id of a revision", label));
      }
      const auto [other, is_new] = labels_.emplace(label, position);
      if (is_new) continue;
      throw usage_error(revision.place,
                        fmt::format("label '{}' of revision '{}' is used by revision '{}' too",
                                    label, revision.id, revisions_[other->second].id));
    }
  }
}

RevisionGraph::Position RevisionGraph::needed(const Revision& by, std::string_view what,
                                              std::string_view name) const {
  if (const auto position = lookup(name)) return *position;
  const auto label = labels_.find(name);
  if (what == kDependency && label != labels_.end()) return label->second;
  std::vector<std::string> known;
  for (const Position position : by_id_) known.push_back(revisions_[position].id);
  throw usage_error(by.place,
                    fmt::format("revision '{}' names an unknown {} '{}'", by.id, what, name),
                    name_hint(name, known));
}

void RevisionGraph::link() {
  needs_.resize(revisions_.size());
  for (Position position = 0; position < revisions_.size(); ++position) {
    Revision& revision = revisions_[position];
    std::vector<Position>& needs = needs_[position];
    needs.reserve(revision.parents.size() + revision.depends_on.size());
    for (const std::string& name : revision.parents) {
      needs.push_back(needed(revision, kParent, name));
    }
    std::vector<std::string> dependencies;
    for (const std::string& name : revision.depends_on) {
      const Position need = needed(revision, kDependency, name);
      const std::string& id = revisions_[need].id;
      if (std::find(dependencies.begin(), dependencies.end(), id) != dependencies.end()) continue;
      needs.push_back(need);
      dependencies.push_back(id);
    }
    revision.depends_on = std::move(dependencies);
  }
}

void RevisionGraph::move_to(const std::vector<Position>& order) {
  if (std::is_sorted(order.begin(), order.end())) return;
  std::vector<Position> moved(order.size());
  for (Position position = 0; position < order.size(); ++position)
    moved[order[position]] = position;

  std::vector<Revision> revisions;
  std::vector<std::vector<Position>> needs;
  revisions.reserve(order.size());
  needs.reserve(order.size());
  for (const Position old : order) {
    revisions.push_back(std::move(revisions_[old]));
    needs.push_back(std::move(needs_[old]));
    for (Position& need : needs.back()) need = moved[need];
  }
  revisions_ = std::move(revisions);
  needs_ = std::move(needs);
  for (Position& position : by_id_) position = moved[position];
  for (auto& [label, position] : labels_) position = moved[position];
}

void RevisionGraph::collect_children() {
  children_.resize(size());
  dependents_.resize(size());
  for (const Position position : by_id_) {
    const std::string& id = revisions_[position].id;
    const size_t parents = revisions_[position].parents.size();
    for (size_t i = 0; i < needs_[position].size(); ++i) {
      (i < parents ? children_ : dependents_)[needs_[position][i]].push_back(id);
    }
  }
}

void RevisionGraph::collect_labels() {
  label_sets_ = {{}};
  label_set_of_.assign(size(), 0);
  if (labels_.empty()) return;
  for (Position position = 0; position < size(); ++position) {
    const std::vector<std::string>& own = revisions_[position].labels;
    const auto parents = needs(position, false);
    // Revisions of one line share one set.
    const Position inherited = parents.empty() ? 0 : label_set_of_[parents.front()];
    label_set_of_[position] = inherited;
    if (own.empty() && parents.size() < 2) continue;
    std::vector<std::string> labels = own;
    std::sort(labels.begin(), labels.end());
    for (const Position parent : parents) {
      const auto& others = label_sets_[label_set_of_[parent]];
      std::vector<std::string> merged;
      merged.reserve(labels.size() + others.size());
      std::set_union(labels.begin(), labels.end(), others.begin(), others.end(),
                     std::back_inserter(merged));
      labels = std::move(merged);
    }
    if (labels.size() == label_sets_[inherited].size()) continue;
    label_set_of_[position] = static_cast<Position>(label_sets_.size());
    label_sets_.push_back(std::move(labels));
  }
  spread_labels_upwards();
}

bool RevisionGraph::is_branch_or_merge(Position position) const {
  std::set<std::string_view> next(children_[position].begin(), children_[position].end());
  next.insert(dependents_[position].begin(), dependents_[position].end());
  return next.size() > 1 || revisions_[position].parents.size() > 1;
}

// The revisions of a line without branches and merges that ends in a head have all labels of that
// head: what is labelled there is the line.
void RevisionGraph::spread_labels_upwards() {
  for (Position head = 0; head < size(); ++head) {
    if (!children_[head].empty()) continue;
    for (Position here = head; !is_branch_or_merge(here); here = needs_[here].front()) {
      label_set_of_[here] = label_set_of_[head];
      if (revisions_[here].parents.empty()) break;
    }
  }
}

}  // namespace provision
