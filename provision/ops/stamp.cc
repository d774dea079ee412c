#include "provision/ops/stamp.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/ops/ledger.h"
#include "provision/ops/migrate.h"

namespace provision {
namespace {

/// What must change in `applied` for the database to be at the targets.
struct Changes {
  std::vector<std::string> forget;
  std::vector<std::string> add;
  std::vector<std::string> accept;
  RevisionSet after;
};

Changes changes_for(const RevisionGraph& graph, const std::vector<AppliedRevision>& applied,
                    const StampOptions& options) {
  Changes changes;
  const RevisionSet before = ids_of(applied);
  RevisionSet known;
  for (const std::string& id : before) {
    if (graph.find(id) != nullptr) known.insert(id);
  }
  if (!options.purge && known != before) {
    throw usage_error("the database has revisions that no file has", "forget them with --purge");
  }
  changes.after = options.targets.empty()
                      ? known
                      : stamped(graph, options.targets, options.purge ? RevisionSet() : known);
  for (const std::string& id : before) {
    if (options.purge || !changes.after.contains(id)) changes.forget.push_back(id);
  }
  for (const std::string& id : graph.ordered(changes.after)) {
    if (options.purge || !before.contains(id)) changes.add.push_back(id);
  }
  for (const AppliedRevision& revision : applied) {
    if (options.accept && !options.purge && changes.after.contains(revision.id) &&
        !revision.checksum.empty() && checksum(graph.at(revision.id)) != revision.checksum) {
      changes.accept.push_back(revision.id);
    }
  }
  return changes;
}

void must_ask_for_something(const StampOptions& options) {
  if (options.targets.empty() && !options.accept && !options.adopt) {
    throw usage_error("which revision should the database be at?",
                      "for example `provision stamp head`");
  }
}

/// Writes `changes` down. `says_where`: the person said where the database is.
void record(Database& database, Ledger& ledger, const RevisionGraph& graph, const Changes& changes,
            bool says_where) {
  State& state = ledger.state();
  const std::optional<InterruptedRevision> interrupted = ledger.interrupted();
  Transaction transaction(database);
  if (ledger.is_foreign()) {
    if (says_where) ledger.stamp(changes.after);
    if (interrupted && says_where) state.forget_interrupted(*interrupted);
    return transaction.commit();
  }
  for (const std::string& id : changes.forget) state.unstamp(id);
  for (const std::string& id : changes.add) state.stamp(graph.at(id));
  for (const std::string& id : changes.accept) state.accept(graph.at(id));
  // Saying where the database is also says what has become of a revision that was interrupted.
  if (interrupted && says_where && !changes.after.contains(interrupted->id)) {
    state.unstamp(interrupted->id);
  }
  transaction.commit();
}

/// The same for the version table of another tool, as text.
std::string stamp_sql_of(const VersionTable& table, const std::string& name,
                         const RevisionGraph& graph, const Changes& changes,
                         const RevisionSet& applied, const Dialect& dialect) {
  RevisionSet known;
  std::vector<std::string> before;
  for (const std::string& id : applied) {
    if (graph.find(id) != nullptr) {
      known.insert(id);
    } else {
      before.push_back(id);
    }
  }
  for (std::string& version : versions_of(table, graph, known))
    before.push_back(std::move(version));
  return sql_of({.table = table, .name = name, .before = std::move(before), .after = changes.after},
                graph, dialect);
}

std::vector<std::vector<Cell>> rows_of(const Changes& changes, const RevisionGraph& graph,
                                       const std::string& database) {
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const char* action, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      const Revision* revision = graph.find(id);
      rows.push_back({database,
                      action,
                      {id, Tone::name},
                      revision == nullptr ? Cell() : Cell(revision->message)});
    }
  };
  add("forgotten", changes.forget);
  add("stamped", changes.add);
  add("accepted", changes.accept);
  return rows;
}

}  // namespace

Report stamp(const Workspace& workspace, const StampOptions& options) {
  must_ask_for_something(options);
  Report report = workspace.report();
  Table table{
      "revisions", "", {workspace.database_column(), {"action"}, {"revision"}, {"message"}}};
  std::vector<std::string> places;
  for (const DatabaseSpec& spec : workspace.databases) {
    const RevisionGraph graph = workspace.revisions(spec);
    const auto database = workspace.connect(spec, Access::write);
    lock_run(*database, spec.label(), workspace.lock_timeout, workspace.progress);
    Ledger ledger(*database, graph);
    if (options.adopt && ledger.state().exists()) {
      Transaction transaction(*database);
      ledger.state().adopt(spec);
      transaction.commit();
    }
    ledger.ensure(spec);
    const Changes changes = changes_for(graph, ledger.applied(), options);
    record(*database, ledger, graph, changes, !options.targets.empty());
    for (auto& row : rows_of(changes, graph, spec.name)) table.rows.push_back(std::move(row));
    const std::vector<std::string> tips = graph.tips(changes.after);
    places.push_back(fmt::format("'{}' is at {}", spec.label(),
                                 tips.empty() ? "base" : "'" + joined(tips, "', '") + "'"));
  }
  report.summary = joined(places, ", ");
  report.tables.push_back(std::move(table));
  return report;
}

Report stamp_sql(const Workspace& workspace, const StampOptions& options) {
  must_ask_for_something(options);
  const DatabaseSpec& spec = workspace.only_database();
  Engine& engine = workspace.engine(spec);
  const RevisionGraph graph = workspace.revisions(spec);
  const LedgerSql ledger_sql(engine.dialect(), graph);
  std::vector<AppliedRevision> applied;
  bool has_record = false;
  if (engine.exists(spec)) {
    const auto database = workspace.connect(spec, Access::read);
    Ledger ledger(*database, graph);
    has_record = ledger.exists();
    applied = ledger.applied();
  }
  const Changes changes = changes_for(graph, applied, options);
  Report report = workspace.report();
  report.body_key = "sql";
  report.body = "BEGIN;\n";
  if (!has_record) report.body += ledger_sql.creation(spec);
  if (const VersionTable* table = ledger_sql.table()) {
    report.body += stamp_sql_of(*table, ledger_sql.table_name(), graph, changes, ids_of(applied),
                                engine.dialect());
    report.body += "COMMIT;\n";
    return report;
  }
  const StateSql& sql = ledger_sql.state();
  for (const std::string& id : changes.forget) report.body += sql.unstamp(id) + ";\n";
  for (const std::string& id : changes.add) report.body += sql.stamp(graph.at(id)) + ";\n";
  for (const std::string& id : changes.accept) report.body += sql.accept(graph.at(id)) + ";\n";
  report.body += "COMMIT;\n";
  return report;
}

}  // namespace provision
