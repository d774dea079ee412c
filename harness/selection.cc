#include "harness/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/git.h"

namespace harness {

namespace fs = std::filesystem;
using provision::LockFile;
using provision::Revision;
using provision::RevisionGraph;
using provision::RevisionSet;

namespace {

// Of a revision, in upgrades that nobody looks at: up, down and up again, each with a look.
constexpr size_t kCostOfVerifying = 6;

RevisionSet named(const RevisionGraph& graph, const std::vector<std::string>& wanted) {
  RevisionSet ids;
  for (const std::string& id : wanted) ids.insert(graph.at(id).id);
  return ids;
}

RevisionSet changed(const RevisionGraph& graph, const std::string& ref, const fs::path& migrations,
                    const fs::path& project) {
  const std::set<fs::path> files = provision::changed_since(migrations, ref);
  const auto is_changed = [&](const std::string& file) {
    return !file.empty() && files.contains(fs::weakly_canonical(project / file));
  };
  RevisionSet ids;
  for (const Revision& revision : graph.revisions()) {
    bool differs = is_changed(revision.place.file);
    for (const auto* scripts : {&revision.up, &revision.down, &revision.verify}) {
      for (const provision::Script& script : *scripts) differs |= is_changed(script.file);
    }
    if (differs) ids.insert(revision.id);
  }
  return graph.with_descendants(ids);
}

/// True if the lock file has the very text of `revision`, and a proof of it.
bool is_locked(const Revision& revision, const LockFile& locked, const std::string& proof) {
  const auto line = locked.find(revision.id);
  if (line == locked.end() || line->second.checksum != provision::checksum(revision)) return false;
  // What was proven with rows is proven without.
  return line->second.proofs.contains(proof) || line->second.proofs.contains(proof + "+rows");
}

/// A proof holds for a revision while nothing before it changed.
RevisionSet proven(const RevisionGraph& graph, const LockFile& locked, const std::string& proof) {
  RevisionSet unproven;
  for (const Revision& revision : graph.revisions()) {
    if (!is_locked(revision, locked, proof)) unproven.insert(revision.id);
  }
  unproven = graph.with_descendants(unproven);
  RevisionSet ids;
  for (const Revision& revision : graph.revisions()) {
    if (!unproven.contains(revision.id)) ids.insert(revision.id);
  }
  return ids;
}

size_t cost(const Selection& selection, size_t position) {
  return selection.includes(position) ? kCostOfVerifying : 1;
}

/// The parts of at most `limit` work each, as many as that takes.
std::vector<Part> parts_within(const Selection& selection, Part whole, size_t limit) {
  std::vector<Part> result;
  size_t begin = whole.begin;
  while (begin < whole.end) {
    size_t spent = begin;
    size_t end = begin;
    while (end < whole.end && (end == begin || spent + cost(selection, end) <= limit)) {
      spent += cost(selection, end++);
    }
    result.push_back({begin, end});
    begin = end;
  }
  return result;
}

}  // namespace

bool Selection::empty() const {
  return std::none_of(reasons.begin(), reasons.end(), [](const auto& why) { return why.empty(); });
}

bool Selection::is_whole() const {
  return std::all_of(reasons.begin(), reasons.end(), [](const auto& why) { return why.empty(); });
}

Selection selection(const RevisionGraph& graph, const SelectionOptions& options,
                    const LockFile& locked, const std::string& proof, const fs::path& migrations,
                    const fs::path& project) {
  const RevisionSet wanted = named(graph, options.revisions);
  RevisionSet since;
  if (!options.since.empty()) since = changed(graph, options.since, migrations, project);
  RevisionSet known;
  if (!options.all && wanted.empty()) known = proven(graph, locked, proof);
  Selection result;
  for (const Revision& revision : graph.revisions()) {
    std::string why;
    if (!wanted.empty() && !wanted.contains(revision.id)) {
      why = "not asked for";
    } else if (!options.since.empty() && !since.contains(revision.id)) {
      why = fmt::format("unchanged since {}", options.since);
    } else if (known.contains(revision.id)) {
      why = "proven before (provision.lock)";
    }
    result.reasons.push_back(why);
    result.proven.push_back(known.contains(revision.id) && !why.empty());
  }
  return result;
}

std::vector<Part> parts(const Selection& selection, Part whole, size_t count) {
  size_t low = 1;
  size_t high = whole.end * kCostOfVerifying + 1;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (parts_within(selection, whole, middle).size() <= count) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  std::vector<Part> result = parts_within(selection, whole, low);
  result.resize(count, {whole.end, whole.end});
  return result;
}

}  // namespace harness
