// `upgrade --sql` and `downgrade --sql`.
#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/migrate.h"
#include "provision/ops/python/python_migration.h"

namespace provision {
namespace {

/// Where the SQL starts.
struct Start {
  RevisionSet applied;
  bool has_database = false;
  bool has_record = false;  ///< the tables of the record are there
};

/// The start that a range says; no database is asked.
Start said_start(const RevisionGraph& graph, const std::string& from) {
  Start start;
  if (from == "base") return start;
  for (const std::string& id : resolve(graph, from, {})) {
    start.applied.merge(graph.with_ancestors({id}));
  }
  start.has_database = start.has_record = true;
  return start;
}

/// What the database of `spec` has.
Start found_start(const Workspace& workspace, const DatabaseSpec& spec,
                  const RevisionGraph& graph) {
  Start start;
  start.has_database = workspace.engine(spec).exists(spec);
  if (!start.has_database) return start;
  const auto database = workspace.connect(spec, Access::read);
  Ledger ledger(*database, graph);
  start.has_record = ledger.exists();
  if (start.has_record) start.applied = ids_of(ledger.applied());
  return start;
}

std::string sql_of(Engine& engine, const LedgerSql& ledger, const RevisionSet& applied,
                   const Revision& revision, Direction direction) {
  std::string sql = fmt::format("-- {} {}\n", direction == Direction::up ? "upgrade" : "downgrade",
                                revision.title());
  const std::vector<Statement> statements = statements_of(engine, revision, direction);
  if (revision.transactional) sql += "BEGIN;\n";
  for (const Statement& statement : statements) sql += statement.text + ";\n";
  if (!revision.transactional) sql += "BEGIN;\n";
  return sql + ledger.record(applied, revision, direction, std::nullopt) + ";\nCOMMIT;\n\n";
}

}  // namespace

Report migration_sql(const Workspace& workspace, Direction direction,
                     const MigrateOptions& options) {
  const std::string& target = options.target;
  const DatabaseSpec& spec = workspace.only_database();
  Engine& engine = workspace.engine(spec);
  const RevisionGraph graph = workspace.revisions(spec);
  const size_t colon = target.find(':');
  const std::string from = colon == std::string::npos ? "" : target.substr(0, colon);
  const std::string to = colon == std::string::npos ? target : target.substr(colon + 1);
  Start start = from.empty() ? found_start(workspace, spec, graph) : said_start(graph, from);
  if (direction == Direction::down && !start.has_database) {
    throw usage_error("there is nothing to start from",
                      "say where from: `provision downgrade --sql FROM:TO`");
  }
  const LedgerSql ledger(engine.dialect(), graph);

  Report report = workspace.report();
  report.body_key = "sql";
  report.body = fmt::format("-- run with `{}`: an error must stop it\n{}\n",
                            engine.dialect().client, engine.dialect().script_head);
  if (!start.has_record && direction == Direction::up) {
    report.body += fmt::format("-- {}, where there {} none yet\nBEGIN;\n{}COMMIT;\n\n",
                               ledger.table() == nullptr ? "state tables" : "the version table",
                               ledger.table() == nullptr ? "are" : "is", ledger.creation(spec));
  }
  const Plan plan = direction == Direction::up
                        ? upgrade_plan(graph, to.empty() ? "heads" : to, start.applied)
                        : downgrade_plan(graph, to.empty() ? "base" : to, start.applied);
  if (auto project = python_project(graph, spec, workspace.environment.project)) {
    project->bind = bind_of(workspace.environment, spec);
    project->tag = options.tag;
    report.body = python_sql(workspace, spec, graph, *project, plan, start.applied);
    return report;
  }
  for (const std::string& id : plan.revisions) {
    report.body += sql_of(engine, ledger, start.applied, graph.at(id), direction);
    if (direction == Direction::up) {
      start.applied.insert(id);
    } else {
      start.applied.erase(id);
    }
  }
  return report;
}

}  // namespace provision
