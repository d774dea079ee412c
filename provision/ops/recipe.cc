#include "provision/ops/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/ops/python/python_sources.h"
#include "provision/ops/seed.h"
#include "provision/ops/state_sql.h"
#include "provision/project/layout.h"
#include "provision/project/seed_file.h"

namespace provision {
namespace {

// Rises when the same sources begin to give other contents.
constexpr int kFormat = 1;
// Of a SHA-256, so that the name has room on every engine.
constexpr size_t kDigits = 32;

/// The digest of parts of which none can be taken for two.
class Digest {
 public:
  void add(std::string_view part) { text_ += fmt::format("{}:{};", part.size(), part); }
  std::string value() const { return sha256(text_); }

 private:
  std::string text_;
};

/// Whether `script` may say CREATE EXTENSION, in whatever case.
bool mentions_extensions(std::string_view script) {
  constexpr std::string_view kWord = "extension";
  const auto is_same = [](char written, char lower) {
    return std::tolower(static_cast<unsigned char>(written)) == lower;
  };
  return std::search(script.begin(), script.end(), kWord.begin(), kWord.end(), is_same) !=
         script.end();
}

bool mentions_extensions(const SeedSet& set) {
  return std::any_of(set.entries.begin(), set.entries.end(), [](const SeedEntry& entry) {
    return entry.script && mentions_extensions(entry.script->text);
  });
}

/// Whether a database of `spec` depends on which extensions there are: to ask a server for them all
/// takes it longer than the rest.
bool needs_extensions(const DatabaseSpec& spec, const Recipe& recipe,
                      const std::vector<SeedSet>& seeds) {
  return !spec.extensions.empty() ||
         std::any_of(
             recipe.revisions.begin(), recipe.revisions.end(),
             [&](const std::string& id) {
               const Revision& revision = recipe.graph.at(id);
               // What Python runs is not all in its text.
               return revision.language == ScriptLanguage::python ||
                      mentions_extensions(revision.script(Direction::up, spec.engine)->text);
             }) ||
         std::any_of(seeds.begin(), seeds.end(),
                     [](const SeedSet& set) { return mentions_extensions(set); });
}

std::string ground(const Workspace& workspace, const DatabaseSpec& spec, const RevisionGraph& graph,
                   bool with_extensions) {
  Digest digest;
  digest.add(fmt::format("{} {} {}", kFormat, kStateFormat, PROVISION_VERSION));
  digest.add(spec.engine);
  DatabaseSpec asked = spec;
  // Those that scripts make are others than those of the spec.
  if (with_extensions) asked.extensions.emplace_back("any");
  digest.add(workspace.engine(spec).surroundings(asked));
  // What a revision may read in the database's identity.
  digest.add(spec.environment);
  digest.add(name_of(spec.kind));
  for (const std::string* part : {&spec.encoding, &spec.locale, &spec.owner}) digest.add(*part);
  digest.add(joined(spec.extensions, ","));
  for (const auto& [name, value] : spec.settings) {
    digest.add(name);
    digest.add(value);
  }
  digest.add(find_migrations(spec.migrations, layout_choice(spec)).layout->name());
  if (auto project = python_project(graph, spec, workspace.environment.project)) {
    project->bind = bind_of(workspace.environment, spec);
    digest.add(digest_of_surroundings(*project, graph));
  }
  return digest.value();
}

std::string after_revision(const std::string& before, const Revision& revision,
                           const Script& script) {
  Digest digest;
  digest.add(before);
  digest.add(revision.id);
  digest.add(revision.message);
  digest.add(revision.text);
  digest.add(script.text);
  digest.add(revision.transactional && script.transactional ? "transaction" : "");
  digest.add(script.autocommit_if_needed ? "autocommit" : "");
  return digest.value();
}

bool is_plain(const Revision& revision, std::string_view engine) {
  return !revision.skipped && revision.script(Direction::up, engine) != nullptr;
}

std::string template_name(const std::string& digest) {
  return std::string(kTemplatePrefix) + digest.substr(0, kDigits);
}

std::vector<SeedSet> seed_sets(const Workspace& workspace, const DatabaseSpec& spec) {
  std::vector<SeedSet> sets;
  for (const std::string& name : spec.seeds) {
    sets.push_back(read_seed_set(spec.seeds_folder, name, workspace.environment.project));
  }
  return sets;
}

void add_seeds(const std::vector<SeedSet>& sets, std::string digest, Recipe& recipe) {
  for (const SeedSet& set : sets) {
    recipe.seeds.push_back(set.name);
    recipe.seed_digests.push_back(digest_of(set));
    Digest next;
    for (const std::string& part : {digest, set.name, recipe.seed_digests.back()}) next.add(part);
    digest = next.value();
    recipe.names.push_back(template_name(digest));
  }
}

}  // namespace

std::optional<std::string> Recipe::target_after(size_t done) const {
  if (done == 0) return target;
  const RevisionSet applied(revisions.begin(), revisions.begin() + static_cast<long>(done));
  const std::vector<std::string> tips = graph.tips(RevisionSet(revisions.begin(), revisions.end()));
  std::string rest = "heads";
  if (target != rest) {
    if (tips.size() != 1) return std::nullopt;
    rest = tips.front();
  }
  const std::vector<std::string> planned = upgrade_plan(graph, rest, applied).revisions;
  const bool is_same = std::equal(planned.begin(), planned.end(),
                                  revisions.begin() + static_cast<long>(done), revisions.end());
  return is_same ? std::optional(rest) : std::nullopt;
}

std::optional<Recipe> recipe_of(const Workspace& workspace, const DatabaseSpec& spec,
                                const FreshOptions& options) {
  if (options.cold || options.empty || !is_disposable(spec.kind)) return std::nullopt;
  Recipe recipe{.graph = workspace.revisions(spec), .target = options.target};
  const RevisionGraph& graph = recipe.graph;
  const bool is_range = options.target.find(':') != std::string::npos;
  if (is_range && graph.labelled(options.target) == nullptr) return std::nullopt;
  recipe.revisions = upgrade_plan(graph, options.target, {}).revisions;
  const bool is_all_plain =
      std::all_of(recipe.revisions.begin(), recipe.revisions.end(),
                  [&](const std::string& id) { return is_plain(graph.at(id), spec.engine); });
  if (!is_all_plain) return std::nullopt;
  const std::vector<SeedSet> sets =
      options.no_seed ? std::vector<SeedSet>() : seed_sets(workspace, spec);
  std::string digest = ground(workspace, spec, graph, needs_extensions(spec, recipe, sets));
  recipe.names.push_back(template_name(digest));
  for (const std::string& id : recipe.revisions) {
    const Revision& revision = graph.at(id);
    digest = after_revision(digest, revision, *revision.script(Direction::up, spec.engine));
    recipe.names.push_back(template_name(digest));
  }
  add_seeds(sets, std::move(digest), recipe);
  return recipe;
}

}  // namespace provision
