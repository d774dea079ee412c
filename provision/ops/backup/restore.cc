#include "provision/ops/backup/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/ops/backup/backup.h"
#include "provision/ops/backup/contents.h"
#include "provision/ops/backup/prove.h"
#include "provision/ops/backup/store.h"
#include "provision/ops/own_database.h"
#include "provision/ops/protection.h"
#include "provision/ops/state.h"

namespace provision {
namespace {

/// One database on its way back.
struct Return {
  DatabaseSpec place;
  const BackedUpDatabase* source = nullptr;
  std::string replaced;  ///< object id of what is there; empty if nothing is
  std::unique_ptr<Passing> built;
  bool without_roles = false;
  std::string identity;  ///< what became of it, to be said
  double compared_ms = 0;
};

const BackedUpDatabase& source_for(const Backup& backup, const DatabaseSpec& spec, bool is_only) {
  const auto& databases = backup.manifest.databases;
  const BackedUpDatabase* found = backup.manifest.find(spec.name);
  if (found == nullptr && is_only && databases.size() == 1) found = &databases.front();
  if (found == nullptr) {
    throw usage_error(
        fmt::format("backup '{}' has no database '{}'", backup.manifest.id, spec.name),
        fmt::format("it has '{}'; `--database` chooses what is restored", databases.front().name));
  }
  if (found->engine != spec.engine) {
    throw usage_error(fmt::format("'{}' of backup '{}' is of {}, and '{}' is of {}", found->name,
                                  backup.manifest.id, found->engine, spec.label(), spec.engine),
                      "a dump of one engine cannot be read by another");
  }
  return *found;
}

DatabaseSpec place_of(const DatabaseSpec& spec, const std::string& into) {
  if (into.empty()) return spec;
  DatabaseSpec place = spec;
  if (spec.location.path.empty()) {
    place.location.database = into;
  } else {
    place.location.path = (spec.location.path.parent_path() / into).lexically_normal();
  }
  return place;
}

/// The object id of what is in the way, which may go; empty if nothing is.
std::string way_cleared(const Workspace& workspace, const DatabaseSpec& place, bool is_other) {
  if (!workspace.engine(place).exists(place)) return {};
  if (is_other) {
    throw refused(fmt::format("'{}' exists already", name_of_database(place)),
                  "`--into` makes a database that is not there yet");
  }
  try {
    return condemned(workspace, place, false);
  } catch (const Error& error) {
    // A damaged file is what backups are for; another trouble is no reason to replace anything.
    const bool is_damaged =
        error.kind() == ErrorKind::unavailable && !error.code().empty() &&
        (error.code().ends_with("_NOTADB") || error.code().ends_with("_CORRUPT"));
    if (!is_damaged) throw;
    must_be_confirmed(workspace, place, "what is there cannot be read: " + error.message());
    return std::string(kDamaged);
  }
}

std::unique_ptr<Passing> empty_beside(Engine& engine, const DatabaseSpec& model) {
  auto built = std::make_unique<Passing>(engine, engine.beside(model));
  engine.create(built->spec());
  return built;
}

/// A new database for `one`, as the one that was backed up was set up.
std::unique_ptr<Passing> begun(const Workspace& workspace, const Return& one) {
  DatabaseSpec model = one.place;
  // They come with the dump.
  model.extensions.clear();
  if (model.location.path.empty()) model.settings.clear();
  if (model.encoding.empty()) model.encoding = one.source->encoding;
  Engine& engine = workspace.engine(model);
  if (!model.locale.empty() || one.source->locale.empty()) {
    return empty_beside(engine, model);
  }
  const DatabaseSpec without = model;
  model.locale = one.source->locale;
  try {
    return empty_beside(engine, model);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::refused) throw;
    workspace.progress.note(fmt::format("this server has no locale '{}': '{}' gets its own",
                                        model.locale, one.place.label()));
    return empty_beside(engine, without);
  }
}

/// Who owns and may use what is in the backup and is not on this server.
std::vector<std::string> missing_roles(Engine& engine, const Return& one) {
  const std::set<std::string> known = engine.roles(one.place);
  std::vector<std::string> missing;
  for (const std::string& role : one.source->roles) {
    if (!known.contains(role)) missing.push_back(role);
  }
  return missing;
}

void load(const Workspace& workspace, const Backup& backup, Return& one, int jobs) {
  Engine& engine = workspace.engine(one.place);
  const std::vector<std::string> missing = missing_roles(engine, one);
  one.without_roles = !missing.empty();
  if (one.without_roles) {
    workspace.progress.note(
        fmt::format("the server has no role '{}': owners and privileges are left out",
                    joined(missing, "', '")));
  }
  one.built = begun(workspace, one);
  auto checked = std::async(std::launch::async, [&] { return damages(backup, *one.source); });
  std::optional<Error> failure;
  try {
    engine.load(one.built->spec(), backup.folder_of(*one.source), dump_of(*one.source),
                {.jobs = jobs == 0 ? restore_jobs() : jobs,
                 .without_roles = one.without_roles,
                 .application = session_name("restore")});
  } catch (const Error& error) {
    failure = error;
  }
  // The damage is what to tell, whatever came of it.
  const std::vector<std::string> found = checked.get();
  if (!found.empty()) {
    throw unavailable(
        fmt::format("backup '{}' is damaged: {}", backup.manifest.id, joined(found, "; ")),
        "`provision backups --verify` finds one that is not");
  }
  if (failure) throw *failure;
}

void compare(const Backup& backup, const Return& one, Database& restored) {
  const std::vector<std::string> found =
      differences(*one.source, schema_of(backup, *one.source), restored, one.without_roles);
  if (found.empty()) return;
  throw unavailable(fmt::format("what backup '{}' gives is not what its manifest says: {}",
                                backup.manifest.id, joined(found, "; ")),
                    "`provision backups --verify --prove` finds one that holds");
}

/// A database that came from elsewhere does not say any more that it is another one.
std::string settled_identity(const DatabaseSpec& place, Database& restored, bool is_other) {
  State state(restored);
  const auto known = state.identity();
  if (!known) return "none";
  if (known->format > kStateFormat) {
    throw usage_error("the backup is of a database that a newer provision used",
                      "use that version; this one cannot tell what it has to change");
  }
  const bool is_same =
      known->environment == place.environment && known->kind == name_of(place.kind);
  if (is_same && !is_other) return "kept";
  Transaction transaction(restored);
  state.take_over(place);
  transaction.commit();
  if (is_same) return "a new one, for it is a copy";
  return fmt::format("was '{}' ({}), is '{}' ({})", known->environment, known->kind,
                     place.environment, name_of(place.kind));
}

void make_ready(const Workspace& workspace, const Backup& backup, Return& one,
                const RestoreOptions& options) {
  workspace.progress.step(
      fmt::format("restore '{}' from backup '{}'", one.place.label(), backup.manifest.id));
  const Stopwatch watch;
  load(workspace, backup, one, options.jobs);
  const auto restored = workspace.engine(one.place).connect(
      one.built->spec(), {.application = session_name("restore"), .scratch = true});
  const Stopwatch comparing;
  compare(backup, one, *restored);
  one.compared_ms = comparing.elapsed().count();
  one.identity = settled_identity(one.place, *restored, !options.into.empty());
  workspace.progress.done(watch.elapsed());
}

std::string state_sentence(const std::vector<Return>& all, size_t published) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < all.size(); ++i) {
    parts.push_back(fmt::format("'{}' is {}", name_of_database(all[i].place),
                                i < published ? "restored" : "as it was"));
  }
  return joined(parts, ", ");
}

void bring_back(const Workspace& workspace, const Backup& backup, std::vector<Return>& all,
                const RestoreOptions& options) {
  size_t published = 0;
  try {
    for (Return& one : all) make_ready(workspace, backup, one, options);
    for (; published < all.size(); ++published) {
      Return& one = all[published];
      workspace.engine(one.place).publish(one.built->spec(), one.place, one.replaced,
                                          options.force);
      // What was there has the name of the restored one now, and goes with its claim.
      if (one.replaced.empty() || one.replaced == kDamaged) one.built->keep();
    }
  } catch (const Error& error) {
    throw error.followed_by(state_sentence(all, published));
  }
}

Report told(const Workspace& workspace, const Backup& backup, const std::vector<Return>& all,
            const Stopwatch& watch) {
  Report report = workspace.report();
  report.facts.push_back({"backup", "", backup.manifest.id, Shown::json_only});
  report.facts.push_back({"taken_at", "", backup.manifest.taken_at, Shown::json_only});
  Table table{"restored", "", {{"database"}, {"revision"}, {"tables"}, {"rows"}, {"identity"}}};
  std::vector<std::string> names;
  double compared_ms = 0;
  for (const Return& one : all) {
    compared_ms += one.compared_ms;
    names.push_back(name_of_database(one.place));
    table.rows.push_back({{names.back(), Tone::name},
                          joined(one.source->revisions, ", "),
                          Value(static_cast<std::int64_t>(one.source->tables.size())),
                          Value(one.source->rows()),
                          one.identity});
  }
  report.tables.push_back(std::move(table));
  report.summary =
      fmt::format("'{}' is as '{}' was at {}, in {:.0f} ms, compared in {:.0f} ms",
                  joined(names, "', '"), backup.manifest.environment, backup.manifest.taken_at,
                  watch.elapsed().count() - compared_ms, compared_ms);
  report.facts.push_back({"compared_ms", "", Value(compared_ms), Shown::json_only});
  return report;
}

}  // namespace

Report restore(const Workspace& workspace, const RestoreOptions& options) {
  const Stopwatch watch;
  const BackupStore store(workspace.environment.backup.directory);
  const Backup backup = store.find(options.backup, workspace.environment.name, options.folder);
  const BackupInUse in_use(backup);
  if (!options.into.empty()) workspace.only_database();
  // All that could be refused is asked of every database before the first one is touched.
  std::vector<Return> all;
  std::vector<DatabaseSpec> there;
  const bool is_only = workspace.databases.size() == 1;
  for (const DatabaseSpec& spec : workspace.databases) {
    // Of several, those come back that the backup has; one that was asked for must be in it.
    if (!is_only && backup.manifest.find(spec.name) == nullptr) continue;
    Return one{.place = place_of(spec, options.into)};
    one.source = &source_for(backup, spec, is_only);
    one.replaced = way_cleared(workspace, one.place, !options.into.empty());
    if (!one.replaced.empty() && one.replaced != kDamaged) there.push_back(spec);
    all.push_back(std::move(one));
  }
  if (all.empty()) source_for(backup, workspace.databases.front(), is_only);
  if (!workspace.environment.backup.before.contains("restore") || there.empty()) {
    bring_back(workspace, backup, all, options);
    return told(workspace, backup, all, watch);
  }
  const std::string before = back_up_first(workspace, there, "before restore");
  try {
    bring_back(workspace, backup, all, options);
  } catch (const Error& error) {
    throw error.followed_by(way_back(workspace, {before}));
  }
  return told(workspace, backup, all, watch);
}

}  // namespace provision
