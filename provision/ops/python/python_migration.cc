#include "provision/ops/python/python_migration.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/migrate.h"

namespace provision {
namespace {

/// The database of `spec` for what does not connect to it.
PythonTarget offline_target(const Workspace& workspace, const DatabaseSpec& spec,
                            const PythonProject& project) {
  Engine& engine = workspace.engine(spec);
  PythonTarget target{.spec = spec, .bind = project.bind};
  if (!engine.dialect().session_mark.empty()) target.conninfo = engine.client_command(spec).back();
  return target;
}

}  // namespace

Error unknown_revision(const DatabaseSpec& spec, const std::string& id) {
  return usage_error(fmt::format("the version table of '{}' has revision '{}', which no file has",
                                 spec.label(), id),
                     "check out the branch that has it, or say where the database is with "
                     "`provision stamp --purge REVISION`");
}

PythonMigration::PythonMigration(const Workspace& workspace, const DatabaseSpec& spec,
                                 Database& database, const RevisionGraph& graph,
                                 const PythonProject& project)
    : workspace_(workspace), spec_(spec), graph_(graph), worker_(project, workspace.progress) {
  worker_.use({python_target(workspace.engine(spec), spec, database, project.bind)});
  ask_where_it_is();
}

void PythonMigration::ask_where_it_is() {
  const PythonPlace place = worker_.probe();
  is_transactional_ = place.is_transactional;
  RevisionSet heads;
  for (const std::string& id : place.heads) {
    if (graph_.find(id) == nullptr) throw unknown_revision(spec_, id);
    heads.insert(id);
  }
  applied_ = graph_.with_ancestors(heads);
}

std::vector<const Revision*> PythonMigration::revisions_of(const Plan& plan) const {
  std::vector<const Revision*> revisions;
  for (const std::string& id : plan.revisions) revisions.push_back(&graph_.at(id));
  return revisions;
}

void PythonMigration::run(const Plan& plan,
                          const std::function<void(const Revision&, const PythonStep&)>& done) {
  if (plan.revisions.empty()) return;
  const auto told = [&](size_t number) {
    if (number < plan.revisions.size()) {
      workspace_.progress.step(
          fmt::format("{}/{} {} {}", number + 1, plan.revisions.size(),
                      plan.direction == Direction::up ? "upgrade" : "downgrade",
                      graph_.at(plan.revisions[number]).title()));
    }
  };
  size_t number = 0;
  told(0);
  try {
    worker_.run(revisions_of(plan), plan.direction, [&](const PythonStep& step) {
      done(graph_.at(step.revision), step);
      workspace_.progress.done(std::chrono::duration<double, std::milli>(step.milliseconds));
      told(++number);
    });
  } catch (const Error& error) {
    throw explained(error, plan, number);
  }
  ask_where_it_is();
}

std::string PythonMigration::sql(const Plan& plan) {
  if (plan.revisions.empty()) return {};
  return worker_.offline_sql(plan.revisions, plan.direction, graph_.tips(applied_));
}

Error PythonMigration::explained(const Error& error, const Plan& plan, size_t done) {
  const std::string& failed = plan.revisions.at(std::min(done, plan.revisions.size() - 1));
  const Error named = error.within(fmt::format("revision '{}'", failed));
  if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::terminated) return named;
  // Before anything else is asked.
  const std::string left = joined(worker_.left_behind(), ", ");
  const bool is_dead = !worker_.is_running();
  try {
    ask_where_it_is();
  } catch (const Error&) {
    return named.followed_by(fmt::format("where '{}' is could not be learnt", spec_.label()));
  }
  std::string kept = fmt::format("nothing of '{}' was kept", failed);
  if (!left.empty()) {
    kept = fmt::format("'{}' is half-way, as changes of the schema are not taken back here: {}",
                       failed, left);
  } else if (is_dead && !is_transactional_) {
    kept = fmt::format("'{}' may be half-way, as changes of the schema are not taken back here",
                       failed);
  }
  return named.followed_by(
      fmt::format("'{}' is at {}; {}", spec_.label(), tips_text(graph_, applied_), kept));
}

void ask_version_table(const Workspace& workspace, const DatabaseSpec& spec, RevisionGraph& graph) {
  const auto project = python_project(graph, spec, workspace.environment.project);
  if (!project) return;
  try {
    PythonWorker worker(*project, workspace.progress);
    worker.use({offline_target(workspace, spec, *project)});
    graph.set_version_table(worker.version_table());
  } catch (const Error& error) {
    // Most questions do not need the table; those that do say what is missing.
    workspace.progress.detail(error.message());
  }
}

std::string python_sql(const Workspace& workspace, const DatabaseSpec& spec,
                       const RevisionGraph& graph, const PythonProject& project, const Plan& plan,
                       const RevisionSet& applied) {
  PythonWorker worker(project, workspace.progress);
  worker.use({offline_target(workspace, spec, project)});
  return worker.offline_sql(plan.revisions, plan.direction, graph.tips(applied));
}

}  // namespace provision
