#include "provision/ops/history_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace provision {
namespace {

using Ids = std::vector<std::string>;

/// The columns of a text graph: each holds the id of the revision that its line leads down to.
class Lanes {
 public:
  /// The lane of `id`, after the lanes of its other children have joined it.
  size_t join(const std::string& id, std::string& out) {
    const auto first = std::find(lanes_.begin(), lanes_.end(), id);
    if (first == lanes_.end()) {
      lanes_.push_back(id);
      return lanes_.size() - 1;
    }
    const auto lane = static_cast<size_t>(first - lanes_.begin());
    for (size_t other = lanes_.size() - 1; other > lane; --other) {
      if (lanes_[other] != id) continue;
      out += row([&](size_t i) { return i == other ? '/' : '|'; }) + "\n";
      lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(other));
    }
    return lane;
  }

  /// Leads on from `lane` to `parents`.
  void follow(size_t lane, const Ids& parents, std::string& out) {
    if (parents.empty()) {
      lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(lane));
      return;
    }
    lanes_[lane] = parents.front();
    for (size_t i = 1; i < parents.size(); ++i) {
      const size_t added = lane + i;
      lanes_.insert(lanes_.begin() + static_cast<std::ptrdiff_t>(added), parents[i]);
      out += row([&](size_t l) { return l == added ? '\\' : '|'; }) + "\n";
    }
  }

  template <typename Mark>
  std::string row(Mark mark) const {
    std::string text;
    for (size_t i = 0; i < lanes_.size(); ++i) {
      // A line to the right lane leaves from beside its left neighbour.
      if (i > 0) text += mark(i) == '/' || mark(i) == '\\' ? "" : " ";
      text += mark(i);
    }
    return text;
  }

 private:
  Ids lanes_;
};

std::string mark_of(const RevisionGraph& graph, const std::string& id, const RevisionSet& applied) {
  Ids notes = graph.at(id).labels;
  if (graph.is_head(id)) notes.emplace_back("head");
  if (applied.contains(id)) notes.emplace_back("applied");
  return notes.empty() ? "" : fmt::format(" ({})", joined(notes, ", "));
}

std::string draw_text(const RevisionGraph& graph, const Ids& ids, const RevisionSet& applied) {
  const RevisionSet wanted(ids.begin(), ids.end());
  std::string out;
  Lanes lanes;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const Revision& revision = graph.at(*id);
    const size_t lane = lanes.join(*id, out);
    const std::string columns = lanes.row([&](size_t i) { return i == lane ? '*' : '|'; });
    out += fmt::format("{} {}{} {}\n", columns, *id, mark_of(graph, *id, applied),
                       printable(revision.message));
    Ids parents;
    for (const std::string& parent : revision.parents) {
      if (wanted.contains(parent)) parents.push_back(parent);
    }
    lanes.follow(lane, parents, out);
  }
  return out;
}

/// `text` for between double quotes in dot and mermaid.
std::string label(const std::string& text) {
  std::string safe = printable(text);
  std::string out;
  for (const char c : safe) {
    if (c == '"') {
      out += '\'';
    } else if (c == '\\' || c == '<' || c == '>') {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

std::string draw_dot(const RevisionGraph& graph, const Ids& ids, const RevisionSet& applied) {
  std::string out = "digraph revisions {\n  rankdir=BT;\n  node [shape=box, fontname=monospace];\n";
  for (const std::string& id : ids) {
    const Revision& revision = graph.at(id);
    out += fmt::format("  \"{}\" [label=\"{}\\n{}\"{}];\n", label(id), label(id),
                       label(revision.message), applied.contains(id) ? ", style=filled" : "");
    for (const std::string& parent : revision.parents) {
      out += fmt::format("  \"{}\" -> \"{}\";\n", label(id), label(parent));
    }
    for (const std::string& needed : revision.depends_on) {
      out += fmt::format("  \"{}\" -> \"{}\" [style=dashed];\n", label(id), label(needed));
    }
  }
  return out + "}\n";
}

std::string draw_mermaid(const RevisionGraph& graph, const Ids& ids, const RevisionSet& applied) {
  std::string out = "flowchart BT\n";
  for (const std::string& id : ids) {
    const Revision& revision = graph.at(id);
    out += fmt::format("  r{}[\"{} {}\"]{}\n", id, label(id), label(revision.message),
                       applied.contains(id) ? ":::applied" : "");
    for (const std::string& parent : revision.parents)
      out += fmt::format("  r{} --> r{}\n", id, parent);
    for (const std::string& needed : revision.depends_on) {
      out += fmt::format("  r{} -.-> r{}\n", id, needed);
    }
  }
  return out + "  classDef applied fill:#d4edda\n";
}

struct GraphFormat {
  std::string_view name;
  std::string (*draw)(const RevisionGraph&, const Ids&, const RevisionSet&);
};

constexpr std::array kFormats = {GraphFormat{"text", &draw_text}, GraphFormat{"dot", &draw_dot},
                                 GraphFormat{"mermaid", &draw_mermaid}};

}  // namespace

std::string draw_graph(const RevisionGraph& graph, const Ids& ids, const RevisionSet& applied,
                       std::string_view format) {
  Ids names;
  for (const GraphFormat& known : kFormats) {
    if (known.name == format) return known.draw(graph, ids, applied);
    names.emplace_back(known.name);
  }
  throw usage_error(fmt::format("unknown graph format '{}'", format), name_hint(format, names));
}

}  // namespace provision
