#include "provision/model/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/model/target_resolver.h"

namespace provision {
namespace {

/// Where a downgrade ends, and whose line it keeps to where several leave from there.
struct Goal {
  Stand stand;
  std::vector<std::string> lines;  ///< the first one that one of them leads to
};

Goal downgrade_goal(const TargetResolver& resolver, const TargetText& target) {
  Goal goal;
  if (!target.label.empty()) goal.lines.push_back(resolver.named(target.label));
  if (!target.counts_from_applied()) {
    goal.stand = resolver.stand(target);
    return goal;
  }
  if (*target.steps >= 0) {
    throw usage_error(fmt::format("a downgrade cannot go up to '{}'", target.whole),
                      "for one step down say '-1'");
  }
  const std::string top = resolver.top(target);
  goal.lines.push_back(top);
  goal.stand = resolver.walk_down(target, top);
  return goal;
}

/// The revisions to undo first of all lines that leave from the goal; descendants follow.
RevisionSet roots_above(const RevisionGraph& graph, const Goal& goal) {
  const std::vector<std::string> above = goal.stand ? graph.children(*goal.stand) : graph.bases();
  if (above.size() < 2 || goal.lines.empty()) return {above.begin(), above.end()};
  for (const std::string& line : goal.lines) {
    RevisionSet roots = graph.with_ancestors({line}, false);
    std::erase_if(roots, [&](const std::string& id) {
      return std::find(above.begin(), above.end(), id) == above.end();
    });
    if (!roots.empty()) return roots;
  }
  std::vector<std::string> explicit_targets;
  for (const std::string& id : above) {
    explicit_targets.push_back(fmt::format("{}@{}", id, goal.stand.value_or("base")));
  }
  throw usage_error(
      fmt::format("'{}' does not say which of several lines to undo", goal.lines.front()),
      fmt::format("say {}", quoted_list(explicit_targets)));
}

RevisionSet without(RevisionSet ids, const RevisionSet& removed) {
  std::erase_if(ids, [&](const std::string& id) { return removed.contains(id); });
  return ids;
}

RevisionSet both(RevisionSet ids, const RevisionSet& others) {
  std::erase_if(ids, [&](const std::string& id) { return !others.contains(id); });
  return ids;
}

/// The revisions whose lines `stamp target` takes back to the base.
RevisionSet emptied(const RevisionGraph& graph, const TargetResolver& resolver,
                    const TargetText& target) {
  if (!target.label.empty()) return {resolver.named(target.label)};
  if (target.steps && !target.symbol.empty()) {
    throw usage_error(fmt::format("target '{}' is the base", target.whole),
                      "say 'base' for all lines, or 'LABEL@base' for one");
  }
  const std::vector<std::string> bases = graph.bases();
  return {bases.begin(), bases.end()};
}

}  // namespace

std::vector<std::string> resolve(const RevisionGraph& graph, std::string_view target,
                                 const RevisionSet& applied) {
  return TargetResolver(graph, applied).ids(parse_target(graph, target));
}

std::string resolve_one(const RevisionGraph& graph, std::string_view target,
                        const RevisionSet& applied) {
  const std::vector<std::string> ids = resolve(graph, target, applied);
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) throw usage_error(fmt::format("target '{}' names no revision", target));
  throw usage_error(fmt::format("target '{}' is ambiguous: it names {}", target, quoted_list(ids)),
                    "name one of them");
}

Plan upgrade_plan(const RevisionGraph& graph, std::string_view target, const RevisionSet& applied) {
  const TargetResolver resolver(graph, applied);
  resolver.current();  // refuses a database that this graph does not describe
  const TargetText parsed = parse_target(graph, target);
  if (parsed.counts_from_applied() && *parsed.steps <= 0) {
    throw usage_error(fmt::format("an upgrade cannot go down to '{}'", target),
                      "for one step up say '+1'");
  }
  const std::vector<std::string> ids = resolver.ids(parsed);
  const RevisionSet needed = graph.with_ancestors({ids.begin(), ids.end()});
  return {Direction::up, graph.ordered(without(needed, applied))};
}

Plan downgrade_plan(const RevisionGraph& graph, std::string_view target,
                    const RevisionSet& applied) {
  const TargetResolver resolver(graph, applied);
  resolver.current();
  const Goal goal = downgrade_goal(resolver, parse_target(graph, target));
  if (goal.stand && !applied.contains(*goal.stand)) {
    throw usage_error(fmt::format(
        "revision '{}' is not applied, so nothing can be undone down to it", *goal.stand));
  }
  const RevisionSet undone = graph.with_descendants(roots_above(graph, goal));
  Plan plan{Direction::down, graph.ordered(both(undone, applied))};
  std::reverse(plan.revisions.begin(), plan.revisions.end());
  return plan;
}

RevisionSet stamped(const RevisionGraph& graph, const std::vector<std::string>& targets,
                    const RevisionSet& applied) {
  const TargetResolver resolver(graph, applied);
  const std::vector<std::string> current = resolver.current();
  RevisionSet tops(current.begin(), current.end());
  RevisionSet named;
  for (const std::string& text : targets) {
    const TargetText target = parse_target(graph, text);
    const std::vector<std::string> found = resolver.ids(target);
    RevisionSet line(found.begin(), found.end());
    if (found.empty()) line = emptied(graph, resolver, target);
    named.insert(found.begin(), found.end());
    tops = without(std::move(tops), graph.with_ancestors(line));
    tops = without(std::move(tops), graph.with_descendants(line));
  }
  RevisionSet result = both(graph.with_ancestors(tops), applied);
  result.merge(graph.with_ancestors(named));
  return result;
}

}  // namespace provision
