#include "provision/ops/fresh.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/whoami.h"
#include "provision/ops/migrate.h"
#include "provision/ops/own_database.h"
#include "provision/ops/pool.h"
#include "provision/ops/seed.h"
#include "provision/ops/state_sql.h"
#include "provision/ops/template.h"

namespace provision {
namespace {

class Fresh {
 public:
  Fresh(const Workspace& workspace, const DatabaseSpec& place, const FreshOptions& options,
        FreshTables& tables)
      : workspace_(workspace),
        place_(place),
        engine_(workspace.engine(place)),
        options_(options),
        tables_(tables) {}

  void make() {
    const std::optional<Recipe> recipe = recipe_of(workspace_, place_, options_);
    if (!recipe) return make_from_scripts();
    if (options_.from_pool && take_from_pool(workspace_, *recipe, place_)) return;
    Templates templates(workspace_, place_);
    if (!templates.copy(*recipe, recipe->names.size() - 1, place_)) {
      FileLock building(templates.lock_of(recipe->name()));
      building.lock();
      templates.look();  // it may have been built while we waited
      if (!templates.copy(*recipe, recipe->names.size() - 1, place_)) {
        return build(*recipe, templates);
      }
    }
    add_copied(*recipe, recipe->revisions.size());
    tables_.seed_sets += recipe->seeds.size();
  }

 private:
  std::unique_ptr<Database> connect(const DatabaseSpec& spec) const {
    return engine_.connect(spec, {.access = Access::write,
                                  .application = session_name(workspace_.command),
                                  .scratch = true});
  }

  void make_empty(const DatabaseSpec& spec) const {
    engine_.create(spec);
    const auto database = connect(spec);
    Transaction transaction(*database);
    database->execute(StateSql(database->dialect()).creation(spec, true));
    transaction.commit();
  }

  void seed(const DatabaseSpec& spec, const std::vector<std::string>& sets) {
    if (sets.empty()) return;
    try {
      seed_database(workspace_, spec, *connect(spec), sets, tables_.seeds);
    } catch (const Error& error) {
      if (options_.target == "heads") throw;
      throw error.with_hint("`--no-seed` leaves out seeds that need later revisions");
    }
  }

  void make_from_scripts() {
    tables_.are_copied = false;
    make_empty(place_);
    if (options_.empty) return;
    upgrade(place_, options_.target);
    if (!options_.no_seed) seed(place_, place_.seeds);
  }

  void upgrade(const DatabaseSpec& spec, const std::string& target) {
    upgrade_database(workspace_, spec, *connect(spec), {.target = target}, tables_.revisions);
  }

  void add_copied(const Recipe& recipe, size_t revisions) {
    for (size_t i = 0; i < revisions; ++i) {
      const Revision& revision = recipe.graph.at(recipe.revisions[i]);
      tables_.revisions.rows.push_back(
          {place_.name, "copied", {revision.id, Tone::name}, revision.message, Cell()});
    }
  }

  /// Begins `raw` with as much as a template has of `recipe`; how many links that is.
  size_t begin(const Recipe& recipe, Templates& templates, const DatabaseSpec& raw) {
    for (size_t links = recipe.names.size() - 1; links-- > 1;) {
      const size_t revisions = std::min(links, recipe.revisions.size());
      if (!templates.has(recipe.names[links]) || !recipe.target_after(revisions)) continue;
      if (templates.copy(recipe, links, raw)) return links;
    }
    make_empty(raw);
    return 0;
  }

  std::unique_ptr<Passing> building(const Templates& templates) const {
    return std::make_unique<Passing>(engine_, templates.place_to_build());
  }

  /// What a next seed, or one that is edited, begins with, and so does the next revision: makes
  /// `raw`, which has all revisions and no seeds, a template, and goes on with a copy.
  void keep_revisions(const Recipe& recipe, Templates& templates, std::unique_ptr<Passing>& raw) {
    const size_t all = recipe.revisions.size();
    if (!templates.seal(raw->spec(), recipe.names[all])) return;
    raw->keep();
    raw = building(templates);
    if (!templates.copy(recipe, all, raw->spec())) templates.throw_trouble();
  }

  /// Makes the place of `raw`, which has all revisions and records them where only its own tool
  /// looks: nobody could tell a template of it from another database.
  void make_from(const Recipe& recipe, Passing& raw) {
    seed(raw.spec(), recipe.seeds);
    engine_.publish(raw.spec(), place_, "", false);
    raw.keep();
  }

  /// Makes the template of `recipe`, and the place a copy of it.
  void build(const Recipe& recipe, Templates& templates) {
    tables_.are_copied = false;
    auto raw = building(templates);
    const size_t links = begin(recipe, templates, raw->spec());
    const size_t all = recipe.revisions.size();
    add_copied(recipe, std::min(links, all));
    if (links < all) {
      upgrade(raw->spec(), *recipe.target_after(links));
      if (!templates.has_contents(recipe, all, raw->spec())) return make_from(recipe, *raw);
      if (!recipe.seeds.empty()) keep_revisions(recipe, templates, raw);
    }
    const auto first_set = static_cast<std::ptrdiff_t>(links > all ? links - all : 0);
    seed(raw->spec(), {recipe.seeds.begin() + first_set, recipe.seeds.end()});
    if (!templates.seal(raw->spec(), recipe.name())) {
      engine_.publish(raw->spec(), place_, "", false);
      return raw->keep();
    }
    raw->keep();
    if (!templates.copy(recipe, recipe.names.size() - 1, place_)) templates.throw_trouble();
  }

  const Workspace& workspace_;
  const DatabaseSpec& place_;
  Engine& engine_;
  const FreshOptions& options_;
  FreshTables& tables_;
};

}  // namespace

FreshTables::FreshTables(const Workspace& workspace)
    : revisions(migration_table(workspace)), seeds(seed_table(workspace)) {}

void make_fresh(const Workspace& workspace, const DatabaseSpec& place, const FreshOptions& options,
                FreshTables& tables) {
  Fresh(workspace, place, options, tables).make();
}

}  // namespace provision
