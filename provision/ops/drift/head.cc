#include "provision/ops/drift/head.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/ops/drift/normalise.h"
#include "provision/project/lock_file.h"

namespace provision {
namespace {

/// True if it holds nothing that anybody made.
bool is_empty(const SchemaSnapshot& snapshot) {
  return std::none_of(
      snapshot.objects.begin(), snapshot.objects.end(), [](const SchemaObject& object) {
        return object.id.kind == ObjectKind::table || object.id.kind == ObjectKind::view;
      });
}

RevisionSet all_of(const RevisionGraph& graph) {
  RevisionSet ids;
  for (const Revision& revision : graph.revisions()) ids.insert(revision.id);
  return ids;
}

}  // namespace

RevisionSet revisions_of_head(const Migrations& migrations, const DriftOptions& options,
                              const DriftSide& other) {
  const RevisionGraph& graph = migrations.graph;
  if (!options.at.empty()) {
    const RevisionSet applied = other.applied ? other.applied->known : RevisionSet();
    const std::vector<std::string> ids = resolve(graph, options.at, applied);
    return graph.with_ancestors(RevisionSet(ids.begin(), ids.end()));
  }
  if (other.applied) return other.applied->known;
  if (other.read_at.empty()) return all_of(graph);
  if (is_empty(other.snapshot)) return {};
  if (!other.record_trouble.empty()) {
    throw unavailable(fmt::format("the record of revisions of '{}' cannot be read: {}", other.label,
                                  other.record_trouble),
                      "who reads it needs USAGE on its schema and SELECT on its tables; or say "
                      "`--at REVISION` (`--at heads` for the newest)");
  }
  throw usage_error(fmt::format("'{}' has no record of its revision", other.label),
                    "say `--at REVISION` (`--at heads` for the newest), or `provision stamp` it");
}

bool is_proven(const Migrations& migrations, const RevisionSet& revisions, const DriftSide& other) {
  const std::vector<Revision>& all = migrations.graph.revisions();
  if (revisions.empty() || revisions.size() > all.size()) return false;
  const std::filesystem::path path = lock_file_path(migrations.folder);
  const LockFile locked = read_lock_file(path, path.filename().string());
  // What is proven of a revision is the schema after all that come before it in this order.
  for (size_t i = 0; i < revisions.size(); ++i) {
    const auto line = locked.find(all[i].id);
    if (!revisions.contains(all[i].id) || line == locked.end()) return false;
    if (line->second.checksum != checksum(all[i])) return false;
  }
  const auto& proofs = locked.find(all[revisions.size() - 1].id)->second.proofs;
  const auto proof =
      proofs.find(fmt::format("{}-{}", other.snapshot.engine, major_of(other.snapshot.version)));
  return proof != proofs.end() && proof->second == fingerprint(other.snapshot);
}

std::vector<Finding> revision_findings(const Migrations& migrations, const DriftSide& side) {
  std::vector<Finding> findings;
  if (!side.applied) return findings;
  for (const std::string& id : side.applied->unknown) {
    findings.push_back({.verdict = "unknown-revision",
                        .subject = "revision " + id,
                        .message = fmt::format("'{}' has it, and no file does", side.label),
                        .severity = std::string(name_of(Severity::risky))});
  }
  for (const std::string& id : side.applied->edited) {
    const Revision& revision = migrations.graph.at(id);
    findings.push_back({.verdict = "edited-revision",
                        .subject = "revision " + id,
                        .message = fmt::format("its file is not what '{}' was given", side.label),
                        .file = revision.place.file,
                        .line = revision.place.line,
                        .severity = std::string(name_of(Severity::risky))});
  }
  return findings;
}

}  // namespace provision
