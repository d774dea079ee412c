// What a fresh database is made from, in order, and the names of the templates on the way there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/ops/workspace.h"

namespace provision {

/// What a fresh database has in it.
struct FreshOptions {
  std::string target = "heads";
  bool empty = false;  ///< no revisions, no seeds
  bool no_seed = false;
  bool cold = false;       ///< made from the revisions and seeds, whatever templates there are
  bool from_pool = false;  ///< one that was made ahead will do
};

/// A chain: each link is named by all that it and the ones before it are made from, the server
/// included, so that equal names mean equal contents.
struct Recipe {
  RevisionGraph graph;
  std::string target;
  std::vector<std::string> revisions;     ///< in the order in which they are applied
  std::vector<std::string> seeds;         ///< sets
  std::vector<std::string> seed_digests;  ///< of each
  /// The first is of nothing, then one after each revision, then one after each set.
  std::vector<std::string> names;

  const std::string& name() const { return names.back(); }
  /// What `upgrade` is told so that it does the rest after the first `done` revisions, in this
  /// order; nothing where it would take another one.
  std::optional<std::string> target_after(size_t done) const;
};

/// How names of templates begin.
constexpr std::string_view kTemplatePrefix = "provision_template_";

/// Throws usage Error as an upgrade and a seed would. Nothing where a template could differ from
/// what the scripts make: staging and production, and scripts that import what no name can cover.
std::optional<Recipe> recipe_of(const Workspace& workspace, const DatabaseSpec& spec,
                                const FreshOptions& options);

}  // namespace provision
