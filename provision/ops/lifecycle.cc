#include "provision/ops/lifecycle.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/backup/prune.h"
#include "provision/ops/backup/store.h"
#include "provision/ops/backup/take.h"
#include "provision/ops/fresh.h"
#include "provision/ops/own_database.h"
#include "provision/ops/protection.h"

namespace provision {
namespace {

constexpr const char* kSnapshotMessage = "before reset";

/// Which databases are new after a failure, and which are as they were.
std::string state_sentence(const Workspace& workspace, size_t published) {
  std::string sentence;
  for (size_t i = 0; i < workspace.databases.size(); ++i) {
    sentence += fmt::format("{}'{}' is {}", i == 0 ? "" : ", ", workspace.databases[i].label(),
                            i < published ? "new" : "as it was");
  }
  return sentence;
}

/// Builds all databases beside their places, and only then puts each into its own. `replaced` holds
/// the object id of what is there, or nothing.
void build(const Workspace& workspace, const FreshOptions& options,
           const std::vector<std::string>& replaced, bool force, FreshTables& tables) {
  std::vector<std::unique_ptr<Passing>> built;
  size_t published = 0;
  try {
    for (const DatabaseSpec& spec : workspace.databases) {
      Engine& engine = workspace.engine(spec);
      built.push_back(std::make_unique<Passing>(engine, engine.beside(spec)));
      make_fresh(workspace, built.back()->spec(), options, tables);
    }
    for (; published < built.size(); ++published) {
      const DatabaseSpec& spec = workspace.databases[published];
      workspace.engine(spec).publish(built[published]->spec(), spec, replaced[published], force);
      // What was there has the name of the new one now, and goes with its claim.
      if (replaced[published].empty()) built[published]->keep();
    }
  } catch (const Error& error) {
    throw error.followed_by(state_sentence(workspace, published));
  }
}

/// The id of a backup of the databases that are there; empty if none is.
std::string snapshot_of(const Workspace& workspace, const std::vector<std::string>& replaced) {
  std::vector<DatabaseSpec> there;
  for (size_t i = 0; i < replaced.size(); ++i) {
    if (!replaced[i].empty()) there.push_back(workspace.databases[i]);
  }
  if (there.empty()) return {};
  return take_backup(workspace, there, {.message = kSnapshotMessage}).manifest.id;
}

/// Removes the snapshots of earlier resets that `keep` does not keep; what a person took stays.
void prune_snapshots(const Workspace& workspace) {
  const BackupRules& rules = workspace.environment.backup;
  std::vector<Backup> snapshots = BackupStore(rules.directory).backups();
  std::erase_if(snapshots,
                [](const Backup& backup) { return backup.manifest.message != kSnapshotMessage; });
  const std::string since = utc_before(std::chrono::days(rules.keep_days));
  for (const Backup& backup : superfluous(snapshots, workspace.environment.name, rules, since)) {
    try {
      remove_backup(backup);
    } catch (const Error& error) {
      // The reset is done all the same, and the next one tries again.
      workspace.progress.note(error.message());
    }
  }
}

/// "4 revisions, 9 seed rows".
std::string contents_sentence(const FreshTables& tables) {
  std::int64_t rows = 0;
  for (const std::vector<Cell>& row : tables.seeds.rows) {
    rows += std::get<std::int64_t>(row[3].value) + std::get<std::int64_t>(row[4].value);
  }
  const auto revisions = static_cast<std::int64_t>(tables.revisions.rows.size());
  return fmt::format(
      "{}, {}", counted(revisions, "revision"),
      tables.are_copied
          ? counted(static_cast<std::int64_t>(tables.seed_sets), "seed set") + ", from a template"
          : counted(rows, "seed row"));
}

Report summarised(const Workspace& workspace, FreshTables tables, const Stopwatch& watch) {
  Report report = workspace.report();
  report.facts.push_back({"from_template", "", Value(tables.are_copied), Shown::json_only});
  std::vector<std::string> names;
  for (const DatabaseSpec& spec : workspace.databases) names.push_back(spec.label());
  report.summary = fmt::format("'{}' {} fresh: {}, in {:.0f} ms", joined(names, "', '"),
                               names.size() == 1 ? "is" : "are", contents_sentence(tables),
                               watch.elapsed().count());
  for (Table* table : {&tables.revisions, &tables.seeds}) {
    for (Column& column : table->columns) {
      if (column.shown == Shown::always) column.shown = Shown::verbose;
    }
    table->when_empty.clear();
    report.tables.push_back(std::move(*table));
  }
  return report;
}

}  // namespace

Report create(const Workspace& workspace, const FreshOptions& options) {
  const Stopwatch watch;
  for (const DatabaseSpec& spec : workspace.databases) {
    if (workspace.engine(spec).exists(spec)) {
      throw refused(
          fmt::format("'{}' exists already ({})", spec.label(), name_of_database(spec)),
          is_disposable(spec.kind)
              ? "`provision upgrade` brings it up to date, `provision reset` makes it anew"
              : "`provision upgrade` brings it up to date");
    }
  }
  FreshTables tables(workspace);
  build(workspace, options, std::vector<std::string>(workspace.databases.size()), false, tables);
  return summarised(workspace, std::move(tables), watch);
}

Report reset(const Workspace& workspace, const ResetOptions& options) {
  const Stopwatch watch;
  // All that could be refused is asked of every database before the first one is touched.
  std::vector<std::string> replaced;
  for (const DatabaseSpec& spec : workspace.databases) {
    replaced.push_back(workspace.engine(spec).exists(spec) ? condemned(workspace, spec, false)
                                                           : "");
    if (replaced.back().empty() && !is_disposable(spec.kind)) {
      throw usage_error(fmt::format("will not reset '{}': environment '{}' is {}", spec.label(),
                                    spec.environment, name_of(spec.kind)),
                        "`provision create` makes a database that is not there yet");
    }
  }
  const std::string snapshot = options.snapshot_first ? snapshot_of(workspace, replaced) : "";
  FreshTables tables(workspace);
  build(workspace, options.contents, replaced, options.force, tables);
  Report report = summarised(workspace, std::move(tables), watch);
  if (!snapshot.empty()) {
    prune_snapshots(workspace);
    report.hints.push_back(fmt::format("`provision restore {} -e {}` brings back what was there",
                                       snapshot, workspace.environment.name));
  }
  return report;
}

Report drop(const Workspace& workspace, const DropOptions& options) {
  Report report = workspace.report();
  std::vector<std::pair<const DatabaseSpec*, std::string>> going;
  for (const DatabaseSpec& spec : workspace.databases) {
    if (workspace.engine(spec).exists(spec)) {
      going.emplace_back(&spec, condemned(workspace, spec, !options.yes));
    }
  }
  Table table{"dropped", "", {{"database"}, {"location"}}, {}, "there is nothing to drop"};
  for (const auto& [spec, object_id] : going) {
    workspace.engine(*spec).drop(*spec, object_id, options.force);
    table.rows.push_back({{spec->label(), Tone::name}, spec->location.url()});
  }
  report.summary =
      going.empty()
          ? ""
          : fmt::format("{} dropped", counted(static_cast<std::int64_t>(going.size()), "database"));
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace provision
