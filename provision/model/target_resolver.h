// How one target is read and walked to; used by plans and ranges only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision_graph.h"

namespace provision {

/// "label@symbol+2", taken apart.
struct TargetText {
  std::string whole;
  std::string label;
  std::string symbol;
  std::optional<int> steps;

  /// True for "+2" and "label@-1", which count from what is applied.
  bool counts_from_applied() const { return steps && symbol.empty(); }
};

/// Throws usage Error for what cannot be a target. A name of `graph` is taken as it stands,
/// whatever it contains.
TargetText parse_target(const RevisionGraph& graph, std::string_view text);

/// "'a', 'b' and 3 more".
std::string quoted_list(const std::vector<std::string>& names);

/// A revision, or nothing: the base below all of them.
using Stand = std::optional<std::string>;

/// Answers what a target means to a database that has `applied`; both must outlive it.
class TargetResolver {
 public:
  enum class Overrun { refused, stops };

  TargetResolver(const RevisionGraph& graph, const RevisionSet& applied,
                 Overrun overrun = Overrun::refused)
      : graph_(graph), applied_(applied), overrun_(overrun) {}

  /// All that `target` names; empty for a base.
  std::vector<std::string> ids(const TargetText& target) const;
  /// The same for a target that may name one revision or the base.
  Stand stand(const TargetText& target) const;
  /// Where "-1" starts: the one applied revision at the top, of `label`'s line if one is given.
  std::string top(const TargetText& target) const;
  Stand walk_down(const TargetText& target, Stand from) const;

  /// The revision with this id, label or unique beginning of one, on the line of `label`.
  std::string named(std::string_view name, std::string_view label = {}) const;
  /// Ancestors and descendants of what `label` names, not by way of dependencies.
  RevisionSet line(std::string_view label) const;
  /// The applied revisions that no other one needs. Throws usage Error for an unknown one.
  std::vector<std::string> current() const;
  /// The target that undoes `id` and what needs it, and nothing else: "id@parent".
  std::string undo_target(std::string_view id) const;

 private:
  std::vector<std::string> named_ids(const TargetText& target) const;
  std::vector<std::string> on_line(std::vector<std::string> ids, std::string_view label) const;
  Stand bottom_of_walk_up(const TargetText& target) const;
  Stand walk_up(const TargetText& target, Stand from) const;
  Stand overrun(const TargetText& target, Stand end, int taken) const;

  const RevisionGraph& graph_;
  const RevisionSet& applied_;
  Overrun overrun_;
};

}  // namespace provision
