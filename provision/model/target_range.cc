// The range "a:b" of `history -r`.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/model/target_resolver.h"

namespace provision {
namespace {

constexpr auto kStops = TargetResolver::Overrun::stops;

/// The two ends of a range, and all that each names.
struct Ends {
  TargetText lower;
  TargetText upper;
  RevisionSet from;
  RevisionSet to;
};

Error not_a_range(std::string_view text) {
  return usage_error(fmt::format("'{}' is not a range of revisions", text),
                     "say START:END, START: or :END, for example 'base:head' or '-3:current'");
}

RevisionSet set_of(const std::vector<std::string>& ids) { return {ids.begin(), ids.end()}; }

/// Keeps of `ids` what belongs to the branch that `label`, or the revision so called, is on.
RevisionSet on_branch(const RevisionGraph& graph, const TargetResolver& resolver,
                      std::string_view label, RevisionSet ids) {
  std::string branch(label);
  if (graph.labelled(label) == nullptr) {
    const std::string id = resolver.named(label);
    const auto& labels = graph.branch_labels(id);
    if (labels.size() != 1) {
      const RevisionSet line = resolver.line(id);
      std::erase_if(ids, [&](const std::string& member) { return !line.contains(member); });
      return ids;
    }
    branch = labels.front();
  }
  std::erase_if(ids, [&](const std::string& id) {
    const auto& labels = graph.branch_labels(id);
    return std::find(labels.begin(), labels.end(), branch) == labels.end();
  });
  return ids;
}

/// "-3:x": three steps below x, or below each of them.
RevisionSet below(const TargetResolver& resolver, const TargetText& lower, const RevisionSet& to) {
  RevisionSet ids;
  for (const std::string& id : to) {
    if (auto end = resolver.walk_down(lower, id)) ids.insert(std::move(*end));
  }
  return ids;
}

Ends ends_of(const RevisionGraph& graph, std::string_view text, const RevisionSet& applied) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    throw not_a_range(text);
  }
  const std::string_view start = trimmed(text.substr(0, colon));
  const std::string_view end = trimmed(text.substr(colon + 1));
  Ends ends{parse_target(graph, start.empty() ? "base" : start),
            parse_target(graph, end.empty() ? "heads" : end),
            {},
            {}};
  const TargetResolver resolver(graph, applied, kStops);
  const bool counts_down = ends.lower.counts_from_applied();
  const bool counts_up = ends.upper.counts_from_applied();
  if (counts_down && (counts_up || *ends.lower.steps >= 0)) throw not_a_range(text);
  if (counts_up && *ends.upper.steps <= 0) throw not_a_range(text);

  if (!counts_down) ends.from = set_of(resolver.ids(ends.lower));
  if (counts_up) {
    const RevisionSet reached = graph.with_ancestors(ends.from);
    ends.to = set_of(TargetResolver(graph, reached, kStops).ids(ends.upper));
  } else {
    ends.to = set_of(resolver.ids(ends.upper));
  }
  if (!ends.lower.label.empty()) {
    ends.to = on_branch(graph, resolver, ends.lower.label, std::move(ends.to));
  }
  if (counts_down) ends.from = below(resolver, ends.lower, ends.to);
  return ends;
}

}  // namespace

std::vector<std::string> range(const RevisionGraph& graph, std::string_view text,
                               const RevisionSet& applied) {
  const Ends ends = ends_of(graph, text, applied);
  RevisionSet passed = graph.with_ancestors(ends.to);
  for (const std::string& id : ends.from) {
    if (passed.contains(id)) continue;
    throw usage_error(fmt::format("the range '{}' does not exist: '{}' does not come before '{}'",
                                  text, id, ends.upper.whole));
  }
  if (ends.from.empty()) return graph.ordered(passed);
  const RevisionSet before = graph.with_ancestors(ends.from);
  const RevisionSet after = graph.with_descendants(ends.from, false);
  std::erase_if(passed, [&](const std::string& id) {
    return !after.contains(id) || (before.contains(id) && !ends.from.contains(id));
  });
  return graph.ordered(passed);
}

}  // namespace provision
