#include "provision/ops/migrate.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/backup/backup.h"
#include "provision/ops/python/python_migration.h"

namespace provision {
namespace {

using MakePlan = Plan (*)(const RevisionGraph&, std::string_view, const RevisionSet&);

/// What was interrupted, moved to the front of `plan`: all that it needs is done already, and a
/// revision that is finished before it would hide that it is not. Throws if the plan leaves it out.
std::optional<InterruptedRevision> interrupted_in(Ledger& ledger, Plan& plan) {
  std::optional<InterruptedRevision> interrupted = ledger.interrupted();
  if (!interrupted) return std::nullopt;
  const auto found = std::find(plan.revisions.begin(), plan.revisions.end(), interrupted->id);
  if (found != plan.revisions.end() && plan.direction == interrupted->direction) {
    std::rotate(plan.revisions.begin(), found, found + 1);
    return interrupted;
  }
  throw usage_error(
      fmt::format("revision '{}' was interrupted half way", interrupted->id),
      fmt::format(
          "it runs outside a transaction; `provision {} {}` finishes it, or `provision stamp` "
          "says where the database is",
          word_of(interrupted->direction), interrupted->id));
}

/// Throws usage Error for an answer of a person that nothing asked for.
void must_be_in_doubt(const std::optional<InterruptedRevision>& interrupted, Resume resume) {
  if (resume == Resume::ask || (interrupted && interrupted->in_doubt)) return;
  throw usage_error("`--resume` answers a question that nothing asks: no statement is in doubt",
                    "leave it out");
}

void must_be_no_range(const RevisionGraph& graph, std::string_view target) {
  if (target.find(':') == std::string_view::npos || graph.labelled(target) != nullptr) return;
  throw usage_error(fmt::format("'{}' is a range, and a database begins where it is", target),
                    "say the end of it alone; ranges are for `--sql`");
}

std::string_view action_word(Direction direction, bool dry_run) {
  if (dry_run) return direction == Direction::up ? "would apply" : "would undo";
  return direction == Direction::up ? "applied" : "undone";
}

void add_row(Table& table, const DatabaseSpec& spec, const Revision& revision,
             std::string_view action,
             std::optional<std::chrono::duration<double, std::milli>> took) {
  table.rows.push_back({spec.name,
                        std::string(action),
                        {revision.id, Tone::name},
                        revision.message,
                        took ? Cell(Value(took->count())) : Cell()});
}

class Run {
 public:
  /// `backups` gets the id of the backup that is taken first, where the environment wants one.
  Run(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
      std::vector<std::string>* backups)
      : workspace_(workspace),
        spec_(spec),
        database_(database),
        graph_(workspace.revisions(spec)),
        ledger_(database, graph_),
        backups_(backups) {}

  void carry_out(MakePlan make_plan, const MigrateOptions& options, Table& table) {
    lock_run(database_, spec_.label(), workspace_.lock_timeout, workspace_.progress);
    if (const auto project = python_project(graph_, spec_, workspace_.environment.project)) {
      run_by_python(*project, make_plan, options, table);
      return;
    }
    if (options.dry_run) {
      const RevisionWork rehearsal(database_, true);
      ledger_.make(spec_);
      run(make_plan, options, table);
      return;
    }
    ledger_.ensure(spec_);
    run(make_plan, options, table);
  }

  /// "'dev' is at '0042'", of the database after `carry_out`.
  std::string at_sentence() {
    if (!is_python_) done_ = ids_of(ledger_.applied());
    return fmt::format("'{}' is at {}", spec_.label(), tips_text(graph_, done_));
  }

  /// Of a dry run that could only be told: the SQL.
  const std::string& sql() const { return sql_; }

 private:
  void run_by_python(PythonProject project, MakePlan make_plan, const MigrateOptions& options,
                     Table& table) {
    is_python_ = true;
    project.bind = bind_of(workspace_.environment, spec_);
    project.tag = options.tag;
    PythonMigration migration(workspace_, spec_, database_, graph_, project);
    must_be_no_range(graph_, options.target);
    const Plan plan = make_plan(graph_, options.target, migration.applied());
    for (const std::string& id : plan.revisions) {
      script_of(graph_.at(id), plan.direction, spec_.engine);
    }
    done_ = migration.applied();
    if (options.dry_run) {
      // Revisions in Python commit as they like: they are told, not run.
      sql_ = migration.sql(plan);
      for (const std::string& id : plan.revisions) {
        add_row(table, spec_, graph_.at(id), action_word(plan.direction, true), std::nullopt);
      }
      return;
    }
    if (!plan.revisions.empty()) back_up();
    migration.run(plan, [&](const Revision& revision, const PythonStep& step) {
      add_row(table, spec_, revision, action_word(plan.direction, false),
              std::chrono::duration<double, std::milli>(step.milliseconds));
    });
    done_ = migration.applied();
  }

  void run(MakePlan make_plan, const MigrateOptions& options, Table& table) {
    ledger_.must_be_whole();
    const std::vector<AppliedRevision> applied = ledger_.applied();
    check_applied(graph_, ledger_.state(), applied);
    done_ = ids_of(applied);
    must_be_no_range(graph_, options.target);
    Plan plan = make_plan(graph_, options.target, done_);
    // Before the first one runs: a plan that cannot be carried out to its end is not begun.
    for (const std::string& id : plan.revisions) {
      script_of(graph_.at(id), plan.direction, spec_.engine);
    }
    const std::optional<InterruptedRevision> interrupted = interrupted_in(ledger_, plan);
    must_be_in_doubt(interrupted, options.resume);
    if (!plan.revisions.empty() && !options.dry_run) back_up();
    Application application{workspace_.engine(spec_), database_,      ledger_,
                            workspace_.progress,      options.resume, options.dry_run};
    size_t number = 0;
    for (const std::string& id : plan.revisions) {
      const Revision& revision = graph_.at(id);
      workspace_.progress.step(
          fmt::format("{}/{} {} {}", ++number, plan.revisions.size(),
                      plan.direction == Direction::up ? "upgrade" : "downgrade", revision.title()));
      application.expected = plan.direction == Direction::up ? done_.size() + 1 : done_.size() - 1;
      const bool resumes = interrupted && interrupted->id == id;
      try {
        const auto took = provision::apply(application, revision, plan.direction,
                                           resumes ? interrupted : std::nullopt);
        workspace_.progress.done(took);
        add_row(table, spec_, revision, action_word(plan.direction, options.dry_run), took);
      } catch (const Error& error) {
        throw explained(error, revision, options.dry_run, number - 1);
      }
      if (plan.direction == Direction::up) {
        done_.insert(id);
      } else {
        done_.erase(id);
      }
    }
  }

  void back_up() {
    if (backups_ == nullptr) return;
    if (!workspace_.environment.backup.before.contains(workspace_.command)) return;
    backups_->push_back(
        back_up_first(workspace_, {spec_}, fmt::format("before {}", workspace_.command)));
  }

  /// `error` with what it stopped, and the state that the database is left in.
  Error explained(const Error& error, const Revision& revision, bool dry_run, size_t before) const {
    const Error named = error.within(fmt::format("revision '{}'", revision.id));
    if (error.kind() == ErrorKind::unknown) return named;
    if (dry_run) return named.followed_by(fmt::format("'{}' is unchanged", spec_.label()));
    const std::string kept =
        revision.transactional
            ? fmt::format("nothing of '{}' was kept", revision.id)
            : fmt::format("'{}' is half-way, as it runs outside a transaction", revision.id);
    return named.followed_by(fmt::format(
        "'{}' is at {}, {} by this run; {}", spec_.label(), tips_text(graph_, done_),
        counted(static_cast<std::int64_t>(before), "revision done", "revisions done"), kept));
  }

  const Workspace& workspace_;
  const DatabaseSpec& spec_;
  Database& database_;
  RevisionGraph graph_;
  Ledger ledger_;
  std::vector<std::string>* backups_;
  RevisionSet done_;
  bool is_python_ = false;
  std::string sql_;
};

Report migrate(const Workspace& workspace, MakePlan make_plan, const MigrateOptions& options) {
  // What a person says of one statement in doubt is said of one database.
  if (options.resume != Resume::ask) workspace.only_database();
  Report report = workspace.report();
  Table table = migration_table(workspace);
  report.facts.push_back({"dry_run", "", Value(options.dry_run), Shown::json_only});
  std::vector<std::string> places;
  std::vector<std::string> backups;
  const Stopwatch watch;
  try {
    for (const DatabaseSpec& spec : workspace.databases) {
      const auto database = workspace.connect(spec, Access::write);
      Run run(workspace, spec, *database, &backups);
      run.carry_out(make_plan, options, table);
      places.push_back(run.at_sentence());
      report.body += run.sql();
    }
  } catch (const Error& error) {
    if (backups.empty()) throw;
    throw error.followed_by(way_back(workspace, backups));
  }
  if (!report.body.empty()) report.body_key = "sql";
  report.facts.push_back({"backups", "", Value(backups), Shown::json_only});
  const auto count = static_cast<std::int64_t>(table.rows.size());
  report.summary = fmt::format("{}{} in {:.0f} ms; {}", options.dry_run ? "rehearsed " : "",
                               count == 0 ? "nothing to do" : counted(count, "revision"),
                               watch.elapsed().count(), joined(places, ", "));
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

std::string tips_text(const RevisionGraph& graph, const RevisionSet& applied) {
  const std::vector<std::string> tips = graph.tips(applied);
  return tips.empty() ? "base" : "'" + joined(tips, "', '") + "'";
}

Table migration_table(const Workspace& workspace) {
  return {"revisions",
          "",
          {workspace.database_column(),
           {"action", "", Shown::always},
           {"revision"},
           {"message"},
           {"milliseconds", "ms"}},
          {},
          ""};
}

RevisionSet ids_of(const std::vector<AppliedRevision>& applied) {
  RevisionSet ids;
  for (const AppliedRevision& revision : applied) ids.insert(revision.id);
  return ids;
}

void check_applied(const RevisionGraph& graph, State& state,
                   const std::vector<AppliedRevision>& applied) {
  for (const AppliedRevision& known : applied) {
    const Revision* revision = graph.find(known.id);
    if (revision == nullptr) {
      throw usage_error(
          fmt::format("the database has revision '{}' ({}), which no file has", known.id,
                      known.message),
          "check out the branch that has it, or forget it with `provision stamp --purge REVISION`");
    }
    if (known.checksum.empty() || checksum(*revision) == known.checksum) continue;
    Revision before;
    before.text = state.applied_source(known.id).value_or("");
    throw usage_error(
        revision->place,
        fmt::format("revision '{}' was edited after it was applied at {}:\n{}", known.id, known.at,
                    line_difference(before.canonical_text(), revision->canonical_text())),
        "put the old text back and write a new revision, or accept the edit with `provision stamp "
        "--accept`");
  }
}

void upgrade_database(const Workspace& workspace, const DatabaseSpec& spec, Database& database,
                      const MigrateOptions& options, Table& table) {
  Run(workspace, spec, database, nullptr).carry_out(&upgrade_plan, options, table);
}

Report upgrade(const Workspace& workspace, const MigrateOptions& options) {
  return migrate(workspace, &upgrade_plan, options);
}

Report downgrade(const Workspace& workspace, const MigrateOptions& options) {
  return migrate(workspace, &downgrade_plan, options);
}

}  // namespace provision
