#include "provision/ops/lifecycle.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/beside.h"
#include "provision/ops/migrate.h"
#include "provision/ops/protection.h"
#include "provision/ops/seed.h"
#include "provision/ops/state.h"

namespace provision {
namespace {

struct Tables {
  Table revisions;
  Table seeds;
};

void fill(const Workspace& workspace, const DatabaseSpec& spec, const CreateOptions& options,
          Tables& tables) {
  const auto database = workspace.engine(spec).connect(
      spec,
      {.access = Access::write, .application = session_name(workspace.command), .scratch = true});
  {
    Transaction transaction(*database);
    database->execute(StateSql(database->dialect()).creation(spec, true));
    transaction.commit();
  }
  if (options.empty) return;
  upgrade_database(workspace, spec, *database, {.target = options.target}, tables.revisions);
  if (options.no_seed) return;
  try {
    seed_database(workspace, spec, *database, spec.seeds, tables.seeds);
  } catch (const Error& error) {
    if (options.target == "heads") throw;
    throw error.with_hint("`--no-seed` leaves out seeds that need later revisions");
  }
}

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
void build(const Workspace& workspace, const CreateOptions& options,
           const std::vector<std::string>& replaced, bool force, Tables& tables) {
  std::vector<std::unique_ptr<Beside>> built;
  size_t published = 0;
  try {
    for (const DatabaseSpec& spec : workspace.databases) {
      built.push_back(std::make_unique<Beside>(workspace.engine(spec), spec));
      fill(workspace, built.back()->spec(), options, tables);
    }
    for (; published < built.size(); ++published) {
      built[published]->publish(workspace.databases[published], replaced[published], force);
    }
  } catch (const Error& error) {
    throw error.followed_by(state_sentence(workspace, published));
  }
}

Report summarised(const Workspace& workspace, Tables tables, const Stopwatch& watch) {
  Report report = workspace.report();
  std::int64_t rows = 0;
  for (const std::vector<Cell>& row : tables.seeds.rows) {
    rows += std::get<std::int64_t>(row[3].value) + std::get<std::int64_t>(row[4].value);
  }
  std::vector<std::string> names;
  for (const DatabaseSpec& spec : workspace.databases) names.push_back(spec.label());
  report.summary =
      fmt::format("'{}' {} fresh: {}, {}, in {:.0f} ms", joined(names, "', '"),
                  names.size() == 1 ? "is" : "are",
                  counted(static_cast<std::int64_t>(tables.revisions.rows.size()), "revision"),
                  counted(rows, "seed row"), watch.elapsed().count());
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

Report create(const Workspace& workspace, const CreateOptions& options) {
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
  Tables tables{migration_table(workspace), seed_table(workspace)};
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
  Tables tables{migration_table(workspace), seed_table(workspace)};
  const CreateOptions contents{.target = options.target, .no_seed = options.no_seed};
  build(workspace, contents, replaced, options.force, tables);
  return summarised(workspace, std::move(tables), watch);
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
