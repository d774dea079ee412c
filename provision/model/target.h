// Alembic's target syntax: what `head`, `-2`, `label@head`, `ae10+1` and `a:b` mean in a graph.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision_graph.h"

namespace provision {

/// The revisions that must become applied, or stop being so, in the order in which that is done.
struct Plan {
  Direction direction = Direction::up;
  std::vector<std::string> revisions;
};

/// The ids that `target` names, for `show`, `stamp`, `merge`, `edit` and the ends of a range: a
/// full id, a unique prefix, `head`, `heads`, `base` (no id), `current`, a label, `label@head`,
/// `label@base`, `id+N`, `id-N`, `+N`, `-N`. `applied` is what `current` and relative targets count
/// from. Throws usage Error that lists the candidates where the target is ambiguous.
std::vector<std::string> resolve(const RevisionGraph& graph, std::string_view target,
                                 const RevisionSet& applied);

/// The same where exactly one revision is needed.
std::string resolve_one(const RevisionGraph& graph, std::string_view target,
                        const RevisionSet& applied);

/// What `upgrade target` does to a database that has `applied`.
Plan upgrade_plan(const RevisionGraph& graph, std::string_view target, const RevisionSet& applied);

/// What `downgrade target` does. `downgrade X` undoes every applied descendant of X, those that
/// depend on one included; `label@X` and `R@parent` only those of that line, as in Alembic.
Plan downgrade_plan(const RevisionGraph& graph, std::string_view target,
                    const RevisionSet& applied);

/// What is applied after `stamp targets`: the revisions named and all that they need; other
/// branches keep what they have, as in Alembic.
RevisionSet stamped(const RevisionGraph& graph, const std::vector<std::string>& targets,
                    const RevisionSet& applied);

/// The revisions of the range "a:b", either end of which may be missing, newest last: those that
/// upgrading from a to b would pass, and a itself, as `history -r` shows them.
std::vector<std::string> range(const RevisionGraph& graph, std::string_view text,
                               const RevisionSet& applied);

}  // namespace provision
