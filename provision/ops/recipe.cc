#include "provision/ops/recipe.h"

#include <fmt/format.h>

#include <algorithm>

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

std::string ground(const Workspace& workspace, const DatabaseSpec& spec,
                   const RevisionGraph& graph) {
  Digest digest;
  digest.add(fmt::format("{} {} {}", kFormat, kStateFormat, PROVISION_VERSION));
  digest.add(spec.engine);
  digest.add(workspace.engine(spec).surroundings(spec));
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

void add_seeds(const Workspace& workspace, const DatabaseSpec& spec, std::string digest,
               Recipe& recipe) {
  recipe.seeds = spec.seeds;
  for (const std::string& name : spec.seeds) {
    recipe.seed_digests.push_back(
        digest_of(read_seed_set(spec.seeds_folder, name, workspace.environment.project)));
    Digest next;
    for (const std::string& part : {digest, name, recipe.seed_digests.back()}) next.add(part);
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
  std::string digest = ground(workspace, spec, graph);
  recipe.names.push_back(template_name(digest));
  for (const std::string& id : recipe.revisions) {
    const Revision& revision = graph.at(id);
    if (!is_plain(revision, spec.engine)) return std::nullopt;
    digest = after_revision(digest, revision, *revision.script(Direction::up, spec.engine));
    recipe.names.push_back(template_name(digest));
  }
  if (!options.no_seed) add_seeds(workspace, spec, std::move(digest), recipe);
  return recipe;
}

}  // namespace provision
