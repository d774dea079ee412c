#include "provision/cli/subject.h"

#include <algorithm>

namespace provision::cli {
namespace {

bool has_no_way_down(const RevisionGraph& graph) {
  return std::all_of(graph.revisions().begin(), graph.revisions().end(),
                     [](const Revision& revision) { return revision.down.empty(); });
}

}  // namespace

void read_folder(harness::Subject& subject, const LayoutChoice& choice, DatabaseSpec spec) {
  const FoundMigrations found = find_migrations(subject.migrations, choice);
  subject.migrations = found.folder;
  subject.graph = read_revisions(found.folder, choice, subject.project);
  spec.migrations = found.folder;
  spec.layout = found.layout->name();
  subject.walk.python = python_project(subject.graph, spec, subject.project);
  subject.walk.one_way = found.layout->may_be_one_way() && has_no_way_down(subject.graph);
  subject.walk.origin = found.layout->id_rule() == IdRule::own ? Origin::own : Origin::foreign;
  subject.walk.scope.left_out = version_tables_of(*found.layout, subject.graph);
  // On the first line of what runs first, whose other lines keep their numbers.
  subject.walk.setup = needed_version_tables(*found.layout, subject.graph) + subject.walk.setup;
}

harness::Subject subject_of(const Workspace& workspace, const DatabaseSpec& spec,
                            const std::string& engine, harness::WalkOptions walk) {
  harness::Subject subject;
  if (workspace.databases.size() > 1) subject.database = spec.name;
  subject.project = workspace.environment.project;
  subject.migrations = spec.migrations;
  subject.walk = std::move(walk);
  LayoutChoice choice = layout_choice(spec);
  choice.engine = engine;
  read_folder(subject, choice, spec);
  if (subject.walk.python) subject.walk.python->bind = bind_of(workspace.environment, spec);
  subject.walk.scope.schemas = spec.schemas;
  subject.walk.rules.exempt = workspace.environment.verify.exempt;
  return subject;
}

}  // namespace provision::cli
