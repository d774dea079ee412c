#include "provision/ops/author.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/model/target.h"
#include "provision/ops/applied_view.h"
#include "provision/ops/python/python_author.h"
#include "provision/project/layout.h"

namespace provision {
namespace {

void check_id(const RevisionGraph& graph, const std::string& id) {
  constexpr size_t kLongest = 32;
  if (id.size() > kLongest) {
    throw usage_error(fmt::format("revision id '{}' is longer than {} characters", id, kLongest),
                      "an id has at most 32 characters and none of '@', '+', '-', ':', ','");
  }
  if (graph.find(id) != nullptr) {
    throw usage_error(fmt::format("there is a revision '{}' already", id));
  }
}

/// An id for a revision made now: the time, later by as many seconds as are taken.
std::string free_id(const Workspace& workspace, const DatabaseSpec& spec,
                    const RevisionGraph& graph) {
  if (python_project_of(workspace, spec)) return random_hex(6);  // as Alembic has them
  std::string id = utc_digits();
  while (graph.find(id) != nullptr) id = std::to_string(std::stoll(id) + 1);
  return id;
}

std::vector<std::string> labels_of(const std::string& label) {
  return label.empty() ? std::vector<std::string>() : std::vector<std::string>{label};
}

RevisionSet applied_ids(const Workspace& workspace, const DatabaseSpec& spec,
                        const RevisionGraph& graph, const std::string& target) {
  const bool relative = target == "current" || target.starts_with('+') || target.starts_with('-');
  return relative ? AppliedView(workspace, spec, graph).known(graph) : RevisionSet();
}

std::vector<std::string> parents_for(const Workspace& workspace, const DatabaseSpec& spec,
                                     const RevisionGraph& graph, const RevisionOptions& options) {
  if (options.head == "base" || (graph.empty() && options.head == "head")) return {};
  const std::vector<std::string> parents =
      resolve(graph, options.head, applied_ids(workspace, spec, graph, options.head));
  for (const std::string& parent : parents) {
    if (!graph.is_head(parent) && !options.splice) {
      throw usage_error(
          fmt::format("revision '{}' is no head: a new one after it makes a branch", parent),
          "say --splice if that is meant");
    }
  }
  return parents;
}

/// Writes the file of `revision`, as `options` say how.
std::filesystem::path file_of(const Workspace& workspace, const DatabaseSpec& spec,
                              const NewRevision& revision, const RevisionOptions& options) {
  if (const auto project = python_project_of(workspace, spec)) {
    const bool is_merge = revision.parents.size() > 1;
    return write_python_revision(
        workspace, *project,
        {.message = revision.message,
         .head = revision.parents.empty() ? "base" : revision.parents.front(),
         .splice = options.splice,
         .label = revision.labels.empty() ? "" : revision.labels.front(),
         .id = revision.id,
         .depends_on = revision.depends_on,
         .version_path = options.version_path.empty()
                             ? ""
                             : (workspace.environment.project / options.version_path).string()},
        is_merge ? revision.parents : std::vector<std::string>());
  }
  if (!options.version_path.empty()) {
    throw usage_error("`--version-path` is for Alembic projects",
                      "`migrations:` of the environment says where revisions are");
  }
  make_folder(spec.migrations);
  const FoundMigrations migrations = find_migrations(spec.migrations, layout_choice(spec));
  return migrations.layout->write(migrations.folder, revision);
}

Report written(const Workspace& workspace, const DatabaseSpec& spec, const NewRevision& revision,
               const RevisionOptions& options = {}) {
  const std::filesystem::path file = file_of(workspace, spec, revision, options);
  // The new file must leave a graph that can be read.
  const RevisionGraph graph = workspace.revisions(spec);
  Report report = workspace.report();
  report.facts.push_back({"revision", "", {revision.id, Tone::name}});
  report.facts.push_back(
      {"parents", "",
       revision.parents.empty() ? Cell("base", Tone::dim) : Cell(Value(revision.parents))});
  report.facts.push_back({"path", "", Cell(shown_path(file, workspace.environment.project))});
  if (graph.heads().size() > 1) {
    report.hints.push_back(fmt::format("there are {} heads now ({}); `provision merge` joins them",
                                       graph.heads().size(), joined(graph.heads(), ", ")));
  }
  return report;
}

}  // namespace

Report new_revision(const Workspace& workspace, const RevisionOptions& options) {
  const DatabaseSpec& spec = workspace.only_database();
  const RevisionGraph graph =
      std::filesystem::exists(spec.migrations) ? workspace.revisions(spec) : RevisionGraph();
  NewRevision revision;
  revision.id = options.id.empty() ? free_id(workspace, spec, graph) : options.id;
  check_id(graph, revision.id);
  revision.parents = parents_for(workspace, spec, graph, options);
  for (const std::string& target : options.depends_on) {
    revision.depends_on.push_back(resolve_one(graph, target, {}));
  }
  revision.labels = labels_of(options.branch_label);
  revision.message = options.message.empty() ? "empty message" : options.message;
  return written(workspace, spec, revision, options);
}

Report merge(const Workspace& workspace, const MergeOptions& options) {
  const DatabaseSpec& spec = workspace.only_database();
  const RevisionGraph graph = workspace.revisions(spec);
  NewRevision revision;
  const std::vector<std::string> targets =
      options.revisions.empty() ? std::vector<std::string>{"heads"} : options.revisions;
  for (const std::string& target : targets) {
    for (const std::string& id : resolve(graph, target, {})) {
      if (std::find(revision.parents.begin(), revision.parents.end(), id) ==
          revision.parents.end()) {
        revision.parents.push_back(id);
      }
    }
  }
  if (revision.parents.size() < 2) {
    throw usage_error(
        fmt::format("a merge needs two revisions and there is {}",
                    revision.parents.empty() ? "none" : "'" + revision.parents[0] + "'"),
        "nothing needs merging when there is one head");
  }
  revision.id = options.id.empty() ? free_id(workspace, spec, graph) : options.id;
  check_id(graph, revision.id);
  revision.labels = labels_of(options.branch_label);
  revision.message =
      options.message.empty() ? "merge " + joined(revision.parents, " and ") : options.message;
  return written(workspace, spec, revision);
}

std::filesystem::path revision_file(const Workspace& workspace, const std::string& target) {
  const DatabaseSpec& spec = workspace.only_database();
  const RevisionGraph graph = workspace.revisions(spec);
  const std::string id = resolve_one(graph, target, applied_ids(workspace, spec, graph, target));
  return workspace.environment.project / graph.at(id).place.file;
}

}  // namespace provision
