#include "provision/ops/lifecycle.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/migrate.h"
#include "provision/ops/seed.h"
#include "provision/ops/state.h"

namespace provision {
namespace {

/// Why the database of `spec` may not be thrown away without asking; empty if it may.
std::string objection(const DatabaseSpec& spec, const std::optional<Identity>& identity) {
  if (!is_disposable(spec.kind)) {
    return fmt::format("environment '{}' is {}", spec.environment, name_of(spec.kind));
  }
  if (!identity) return "the database does not say that provision made it";
  const auto kind = environment_kind(identity->kind);
  if (!kind || !is_disposable(*kind)) {
    return fmt::format("the database says that it is {} ('{}')", identity->kind,
                       identity->environment);
  }
  if (identity->environment != spec.environment) {
    return fmt::format("the database says that it belongs to '{}'", identity->environment);
  }
  if (!identity->created) return "the database was there before provision knew it";
  return {};
}

std::string name_of_database(const DatabaseSpec& spec) {
  return spec.location.path.empty() ? spec.location.database
                                    : spec.location.path.filename().string();
}

void must_be_confirmed(const Workspace& workspace, const DatabaseSpec& spec,
                       const std::string& reason) {
  const std::string name = name_of_database(spec);
  const std::string question = fmt::format(
      "{}: {}. All that is in it will be lost. Type its name, {}, to go on:", workspace.command,
      reason, name);
  if (workspace.confirm && workspace.confirm(question, name)) return;
  throw usage_error(fmt::format("will not {} '{}': {}", workspace.command, spec.label(), reason),
                    "nothing was changed; at a terminal, a person can type the database's name");
}

/// What is known of the database that is to go: its object id, after all that protects it agreed.
std::string condemned(const Workspace& workspace, const DatabaseSpec& spec, bool ask_always) {
  const auto database = workspace.connect(spec, Access::read);
  const std::string reason = objection(spec, State(*database).identity());
  if (!reason.empty()) {
    must_be_confirmed(workspace, spec, reason);
  } else if (ask_always) {
    must_be_confirmed(workspace, spec, "it was not confirmed (--yes does that)");
  }
  return database->facts().object_id;
}

/// A database that is dropped again unless it was published.
class Beside {
 public:
  Beside(Engine& engine, const DatabaseSpec& spec) : engine_(engine), spec_(engine.beside(spec)) {
    engine_.create(spec_);
  }
  ~Beside() {
    if (published_) return;
    try {
      const std::string id = engine_.connect(spec_, {.scratch = true})->facts().object_id;
      engine_.drop(spec_, id, true);
    } catch (const Error&) {
      // The failure that brought us here is the one to tell; `gc` finds what is left.
    }
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  const DatabaseSpec& spec() const { return spec_; }
  void publish(const DatabaseSpec& place, const std::string& object_id, bool force) {
    engine_.publish(spec_, place, object_id, force);
    published_ = true;
  }

 private:
  Engine& engine_;
  DatabaseSpec spec_;
  bool published_ = false;
};

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
