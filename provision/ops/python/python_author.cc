#include "provision/ops/python/python_author.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/ops/migrate.h"
#include "provision/ops/python/python_migration.h"
#include "provision/project/static_findings.h"

namespace provision {
namespace {

/// The databases of a project, all connected to, for a Python that must see each.
class Connected {
 public:
  Connected(const Workspace& workspace, const std::vector<DatabaseSpec>& specs,
            PythonWorker& worker) {
    std::vector<PythonTarget> targets;
    for (const DatabaseSpec& spec : specs) {
      databases_.push_back(workspace.connect(spec, Access::write));
      targets.push_back(python_target(workspace.engine(spec), spec, *databases_.back(),
                                      bind_of(workspace.environment, spec)));
    }
    worker.use(std::move(targets));
  }

 private:
  std::vector<std::unique_ptr<Database>> databases_;
};

/// The chosen databases, by the folder that each group shares.
std::vector<std::vector<DatabaseSpec>> by_folder(const Workspace& workspace) {
  std::vector<std::vector<DatabaseSpec>> groups;
  for (const DatabaseSpec& spec : workspace.databases) {
    const auto known = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.front().migrations == spec.migrations;
    });
    if (known == groups.end()) {
      groups.push_back({spec});
    } else {
      known->push_back(spec);
    }
  }
  return groups;
}

PythonProject project_or_error(const Workspace& workspace, const DatabaseSpec& spec) {
  if (auto project = python_project_of(workspace, spec)) return *project;
  throw usage_error(
      fmt::format("the revisions of '{}' are SQL, and no models say what they should lead to",
                  spec.label()),
      fmt::format("`provision {}` is for Alembic and Flask-Migrate projects; `provision revision` "
                  "writes an empty one",
                  workspace.command));
}

/// Why Alembic compares no database with its models where `error` is that it is elsewhere than at
/// the heads: where it is, and what to do. Any other error as it is.
Error explained(const Error& error, const RevisionGraph& graph, const DatabaseSpec& spec,
                PythonWorker& worker) {
  if (error.kind() != ErrorKind::usage) return error;
  RevisionSet heads;
  try {
    for (const std::string& id : worker.probe().heads) heads.insert(id);
  } catch (const Error&) {
    return error;
  }
  for (const std::string& id : heads) {
    if (graph.find(id) == nullptr) return unknown_revision(spec, id);
  }
  const RevisionSet applied = graph.with_ancestors(heads);
  if (applied.size() == graph.revisions().size()) return error;
  return usage_error(
      fmt::format("'{}' is at {} with {} pending; models are compared with what has all of them",
                  spec.label(), tips_text(graph, applied),
                  counted(static_cast<std::int64_t>(graph.revisions().size() - applied.size()),
                          "revision")),
      "`provision upgrade` first");
}

/// What `compare` answers; its errors are explained.
template <typename Compare>
auto explaining(const Workspace& workspace, const DatabaseSpec& spec, PythonWorker& worker,
                Compare compare) {
  try {
    return compare();
  } catch (const Error& error) {
    throw explained(error, workspace.revisions(spec), spec, worker);
  }
}

std::string_view verdict_of(StaticFinding::Kind kind) {
  switch (kind) {
    case StaticFinding::Kind::long_id:
      return "long-id";
    case StaticFinding::Kind::no_downgrade:
      return "no-downgrade";
    case StaticFinding::Kind::empty_downgrade:
      return "empty-downgrade";
    case StaticFinding::Kind::raising_downgrade:
      return "raising-downgrade";
  }
  return "";
}

void add_static_findings(const Workspace& workspace, const RevisionGraph& graph, Report& report) {
  for (const Revision& revision : graph.revisions()) {
    const auto exempt = workspace.environment.verify.exempt.find(revision.id);
    const bool is_one_way =
        exempt != workspace.environment.verify.exempt.end() && exempt->second.irreversible;
    for (const StaticFinding& found : static_findings(revision)) {
      if (is_one_way && found.kind != StaticFinding::Kind::long_id) continue;
      report.findings.push_back({.verdict = std::string(verdict_of(found.kind)),
                                 .subject = revision.id,
                                 .message = found.message,
                                 .file = found.place.file,
                                 .line = found.place.line});
    }
  }
  if (const auto heads = graph.heads(); heads.size() > 1) {
    report.findings.push_back(
        {.verdict = "several-heads",
         .subject = "revisions",
         .message = fmt::format("there are {} heads: {}", heads.size(), joined(heads, ", "))});
  }
}

}  // namespace

std::optional<PythonProject> python_project_of(const Workspace& workspace,
                                               const DatabaseSpec& spec) {
  std::error_code missing;
  if (!std::filesystem::is_directory(spec.migrations, missing)) return std::nullopt;
  return python_project(workspace.revisions(spec), spec, workspace.environment.project);
}

std::filesystem::path write_python_revision(const Workspace& workspace,
                                            const PythonProject& project,
                                            const PythonRevision& revision,
                                            const std::vector<std::string>& merged) {
  PythonWorker worker(project, workspace.progress);
  const PythonWritten written =
      merged.empty() ? worker.write(revision) : worker.merge(merged, revision);
  if (written.files.empty()) throw unavailable("Alembic wrote no file");
  return written.files.front();
}

Autogenerated autogenerate(const Workspace& workspace, const PythonRevision& revision) {
  const auto groups = by_folder(workspace);
  if (groups.size() > 1) workspace.only_database();
  const DatabaseSpec& spec = groups.front().front();
  PythonWorker worker(project_or_error(workspace, spec), workspace.progress);
  const Connected connected(workspace, groups.front(), worker);
  PythonRevision asked = revision;
  asked.autogenerate = true;
  const PythonWritten written =
      explaining(workspace, spec, worker, [&] { return worker.write(asked); });
  Autogenerated made{.changes = written.changes};
  if (written.files.empty()) return made;
  made.file = written.files.front();
  const std::string shown = shown_path(made.file, workspace.environment.project);
  const RevisionGraph graph = workspace.revisions(spec);
  for (const Revision& one : graph.revisions()) {
    if (one.place.file == shown) made.id = one.id;
  }
  return made;
}

Report check(const Workspace& workspace) {
  Report report = workspace.report();
  for (const std::vector<DatabaseSpec>& group : by_folder(workspace)) {
    const DatabaseSpec& spec = group.front();
    PythonWorker worker(project_or_error(workspace, spec), workspace.progress);
    add_static_findings(workspace, workspace.revisions(spec), report);
    const Connected connected(workspace, group, worker);
    const auto changes = explaining(workspace, spec, worker, [&] { return worker.differences(); });
    for (const std::string& change : changes) {
      report.findings.push_back({.verdict = "model-differs",
                                 .subject = spec.label(),
                                 .message = fmt::format("no revision does this yet: {}", change)});
    }
  }
  report.summary = report.findings.empty()
                       ? "the database is what the models say"
                       : counted(static_cast<std::int64_t>(report.findings.size()), "finding");
  return report;
}

}  // namespace provision
