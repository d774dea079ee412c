#include "provision/model/target_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "provision/base/text.h"

namespace provision {
namespace {

Error ambiguous(const TargetText& target, std::string_view why, std::string hint) {
  return usage_error(fmt::format("target '{}' is ambiguous: {}", target.whole, why),
                     std::move(hint));
}

/// The number that `text` ends in, sign included; nothing where there is none.
std::optional<int> steps_at(std::string_view text, size_t sign) {
  const std::string_view digits = text.substr(sign + 1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  int steps = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), steps).ec != std::errc()) {
    throw usage_error(fmt::format("target '{}' counts too many steps", text));
  }
  return text[sign] == '-' ? -steps : steps;
}

Error several_heads(const TargetText& target, const std::vector<std::string>& heads) {
  const bool labelled = !target.label.empty();
  return ambiguous(
      target, fmt::format("the heads are {}", quoted_list(heads)),
      labelled ? fmt::format("say '{}@heads' for all of them, or name one", target.label)
               : "say 'heads' for all of them, 'LABEL@head' or an id for one, or join them with "
                 "'provision merge heads'");
}

}  // namespace

std::string quoted_list(const std::vector<std::string>& names) {
  constexpr size_t kMostNames = 8;
  const size_t shown = std::min(names.size(), kMostNames);
  std::string list;
  for (size_t i = 0; i < shown; ++i) list += fmt::format("{}'{}'", i == 0 ? "" : ", ", names[i]);
  return names.size() > shown ? fmt::format("{} and {} more", list, names.size() - shown) : list;
}

TargetText parse_target(const RevisionGraph& graph, std::string_view text) {
  const auto is_name = [&](std::string_view name) {
    return graph.find(name) != nullptr || graph.labelled(name) != nullptr;
  };
  TargetText target{std::string(text), {}, std::string(text), {}};
  if (is_name(text)) return target;
  std::string_view rest = text;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    target.label = text.substr(0, at);
    rest = text.substr(at + 1);
    if (target.label.empty() || rest.empty() || rest.find('@') != std::string_view::npos) {
      throw usage_error(fmt::format("target '{}' is not understood", text),
                        "a line is said as LABEL@TARGET, for example 'accounts@head'");
    }
  }
  if (text.empty()) throw usage_error("the target is empty", "say 'head', an id or a label");
  if (const size_t sign = rest.find_last_of("+-");
      sign != std::string_view::npos && !is_name(rest)) {
    target.steps = steps_at(rest, sign);
    if (target.steps) rest = rest.substr(0, sign);
  }
  target.symbol = rest;
  return target;
}

std::vector<std::string> TargetResolver::current() const {
  for (const std::string& id : applied_) {
    if (graph_.find(id) != nullptr) continue;
    throw usage_error(fmt::format("the database has revision '{}', which no file defines", id),
                      "bring the file back, or stamp the database with '--purge'");
  }
  return graph_.tips(applied_);
}

RevisionSet TargetResolver::line(std::string_view label) const {
  const RevisionSet start = {named(label)};
  RevisionSet line = graph_.with_ancestors(start, false);
  line.merge(graph_.with_descendants(start, false));
  return line;
}

std::vector<std::string> TargetResolver::on_line(std::vector<std::string> ids,
                                                 std::string_view label) const {
  if (label.empty()) return ids;
  const RevisionSet line_of_label = line(label);
  std::erase_if(ids, [&](const std::string& id) { return !line_of_label.contains(id); });
  return ids;
}

std::string TargetResolver::named(std::string_view name, std::string_view label) const {
  constexpr size_t kShortestAbbreviated = 4;  // Alembic completes no shorter id
  const Revision* exact = graph_.find(name);
  if (exact == nullptr) exact = graph_.labelled(name);
  const RevisionSet allowed = label.empty() ? RevisionSet() : line(label);
  if (exact != nullptr) {
    if (label.empty() || allowed.contains(exact->id)) return exact->id;
    throw usage_error(fmt::format("revision '{}' is not on the line of '{}'", exact->id, label));
  }
  std::vector<std::string> names;
  std::vector<std::pair<std::string, std::string>> matches;  // what matched, and whose it is
  for (const Revision& revision : graph_.revisions()) {
    for (const std::string& known : revision.labels) names.push_back(known);
    names.push_back(revision.id);
    if (!label.empty() && !allowed.contains(revision.id)) continue;
    const auto offer = [&](const std::string& known) {
      if (known.size() >= kShortestAbbreviated && known.starts_with(name)) {
        matches.emplace_back(known, revision.id);
      }
    };
    offer(revision.id);
    for (const std::string& known : revision.labels) offer(known);
  }
  if (matches.size() == 1) return matches.front().second;
  if (matches.empty()) {
    throw usage_error(fmt::format("there is no revision or label '{}'{}", name,
                                  label.empty() ? "" : fmt::format(" on the line of '{}'", label)),
                      name_hint(name, names));
  }
  std::sort(matches.begin(), matches.end());
  names.clear();
  for (const auto& [match, id] : matches) names.push_back(match);
  throw usage_error(fmt::format("'{}' is ambiguous: {} begin with it", name, quoted_list(names)));
}

std::vector<std::string> TargetResolver::named_ids(const TargetText& target) const {
  const auto& [whole, label, symbol, steps] = target;
  if (symbol == "head") {
    std::vector<std::string> heads = on_line(graph_.heads(), label);
    if (heads.size() > 1) throw several_heads(target, heads);
    return heads;
  }
  if (symbol == "heads") return label.empty() ? graph_.heads(true) : on_line(graph_.heads(), label);
  if (symbol == "current") return on_line(current(), label);
  if (symbol == "base") {
    if (!label.empty()) named(label);
    return {};
  }
  return {named(symbol, label)};
}

std::vector<std::string> TargetResolver::ids(const TargetText& target) const {
  if (!target.steps) return named_ids(target);
  if (const Stand end = stand(target)) return {*end};
  return {};
}

Stand TargetResolver::stand(const TargetText& target) const {
  if (target.counts_from_applied()) {
    if (*target.steps == 0)
      throw usage_error(fmt::format("target '{}' goes nowhere", target.whole));
    return *target.steps > 0 ? walk_up(target, bottom_of_walk_up(target))
                             : walk_down(target, top(target));
  }
  TargetText start = target;
  // Going up, the label chooses among children; where to start from need not be on its line.
  const bool up = target.steps && *target.steps > 0;
  if (up && target.symbol != "head" && target.symbol != "current") start.label.clear();
  const std::vector<std::string> found = named_ids(start);
  if (found.size() > 1) {
    throw ambiguous(target, fmt::format("'{}' is {}", target.symbol, quoted_list(found)),
                    "name one of them");
  }
  const Stand from = found.empty() ? Stand() : Stand(found.front());
  if (!target.steps) return from;
  return up ? walk_up(target, from) : walk_down(target, from);
}

Stand TargetResolver::bottom_of_walk_up(const TargetText& target) const {
  std::vector<std::string> starts = on_line(current(), target.label);
  if (starts.empty() && !target.label.empty()) {
    // The line may be applied as a dependency only, below a top that is on another one.
    RevisionSet on_label = line(target.label);
    std::erase_if(on_label, [&](const std::string& id) { return !applied_.contains(id); });
    starts = graph_.tips(on_label);
  }
  if (starts.size() > 1) {
    throw ambiguous(
        target, fmt::format("{} are current", quoted_list(starts)),
        fmt::format("say from where, for example '{}+{}'", starts.front(), *target.steps));
  }
  return starts.empty() ? Stand() : Stand(starts.front());
}

std::string TargetResolver::top(const TargetText& target) const {
  std::vector<std::string> tops = on_line(current(), target.label);
  if (tops.empty() && !target.label.empty()) {
    std::vector<std::string> ends;
    for (const std::string& id : applied_) {
      const auto& children = graph_.children(id);
      if (std::none_of(children.begin(), children.end(),
                       [&](const std::string& child) { return applied_.contains(child); })) {
        ends.push_back(id);
      }
    }
    tops = on_line(std::move(ends), target.label);
  }
  if (tops.size() == 1) return tops.front();
  if (tops.empty()) {
    throw usage_error(
        fmt::format("target '{}' counts from nothing: no revision {}is applied", target.whole,
                    target.label.empty() ? "" : fmt::format("on the line of '{}' ", target.label)));
  }
  std::vector<std::string> undo;
  for (const std::string& id : tops) undo.push_back(undo_target(id));
  throw ambiguous(target, fmt::format("{} are current", quoted_list(tops)),
                  fmt::format("to undo one of them, downgrade to {}", quoted_list(undo)));
}

std::string TargetResolver::undo_target(std::string_view id) const {
  // The last parent in graph order: no other child of that one can lead to `id`.
  const auto& parents = graph_.at(id).parents;
  const auto last = graph_.ordered(RevisionSet(parents.begin(), parents.end()));
  return fmt::format("{}@{}", id, last.empty() ? "base" : last.back());
}

Stand TargetResolver::overrun(const TargetText& target, Stand end, int taken) const {
  if (overrun_ == Overrun::stops) return end;
  const bool up = *target.steps > 0;
  const std::string here = end ? "'" + *end + "'" : "the base";
  std::string limit = (up ? "nothing follows " : "nothing comes before ") + here;
  if (!target.label.empty()) limit += fmt::format(" on the line of '{}'", target.label);
  if (taken > 0) {
    limit +=
        fmt::format(", {} {} from where it starts", counted(taken, "step"), up ? "up" : "down");
  }
  throw usage_error(fmt::format("target '{}' goes too far: {}", target.whole, limit));
}

Stand TargetResolver::walk_up(const TargetText& target, Stand from) const {
  Stand here = std::move(from);
  for (int taken = 0; taken < *target.steps; ++taken) {
    const auto next = on_line(here ? graph_.children(*here) : graph_.bases(), target.label);
    if (next.empty()) return overrun(target, std::move(here), taken);
    if (next.size() > 1) {
      throw ambiguous(
          target,
          fmt::format("{} follow {}", quoted_list(next), here ? "'" + *here + "'" : "the base"),
          fmt::format("name one of them, or its line as in '{}@+{}'", next.front(), *target.steps));
    }
    here = next.front();
  }
  return here;
}

Stand TargetResolver::walk_down(const TargetText& target, Stand from) const {
  Stand here = std::move(from);
  for (int taken = 0; taken < -*target.steps; ++taken) {
    if (!here) return overrun(target, std::move(here), taken);
    const auto& parents = graph_.at(*here).parents;
    if (parents.size() > 1) {
      throw ambiguous(target, fmt::format("'{}' joins {}", *here, quoted_list(parents)),
                      fmt::format("name one of them; to undo '{}', downgrade to '{}'", *here,
                                  undo_target(*here)));
    }
    here = parents.empty() ? Stand() : Stand(parents.front());
  }
  return here;
}

}  // namespace provision
