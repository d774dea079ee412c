#include "provision/ops/drift/migrations.h"

#include "provision/base/error.h"
#include "provision/ops/state.h"
#include "provision/ops/version_rows.h"
#include "provision/ops/version_table.h"
#include "provision/project/layout.h"

namespace provision {
namespace {

std::optional<AppliedRevisions> of_other_tools(Database& database, const Migrations& migrations) {
  for (const std::string& name : migrations.version_tables) {
    auto rows = read_version_rows(database, name, migrations.graph);
    if (!rows) continue;
    return AppliedRevisions{
        .source = name, .known = std::move(rows->known), .unknown = std::move(rows->unknown)};
  }
  return std::nullopt;
}

std::optional<AppliedRevisions> of_our_own(Database& database, const Migrations& migrations) {
  State state(database);
  if (!state.exists()) return std::nullopt;
  AppliedRevisions applied{.source = "provision"};
  for (const AppliedRevision& one : state.applied()) {
    const Revision* revision = migrations.graph.find(one.id);
    if (revision == nullptr) {
      applied.unknown.push_back(one.id);
      continue;
    }
    applied.known.insert(one.id);
    if (checksum(*revision) != one.checksum) applied.edited.push_back(one.id);
  }
  return applied;
}

}  // namespace

Migrations read_migrations(const DatabaseSpec& spec, const std::filesystem::path& project) {
  const LayoutChoice choice = layout_choice(spec);
  RevisionGraph graph = read_revisions(spec.migrations, choice, project);
  const FoundMigrations found = find_migrations(spec.migrations, choice);
  std::string setup = needed_version_tables(*found.layout, graph);
  std::optional<PythonProject> python = python_project(graph, spec, project);
  std::vector<std::string> version_tables = version_tables_of(*found.layout, graph);
  return {.folder = found.folder,
          .graph = std::move(graph),
          .origin = found.layout->id_rule() == IdRule::own ? Origin::own : Origin::foreign,
          .setup = std::move(setup),
          .version_tables = std::move(version_tables),
          .python = std::move(python)};
}

std::optional<Migrations> find_migrations_of(const DatabaseSpec& spec,
                                             const std::filesystem::path& project) {
  std::error_code missing;
  if (spec.migrations.empty() || !std::filesystem::is_directory(spec.migrations, missing)) {
    return std::nullopt;
  }
  return read_migrations(spec, project);
}

std::optional<AppliedRevisions> read_applied(Database& database, const Migrations& migrations) {
  if (version_table_of(migrations.graph.layout()) != nullptr) {
    return of_other_tools(database, migrations);
  }
  const auto own = of_our_own(database, migrations);
  if (own && !own->known.empty()) return own;
  const auto other = of_other_tools(database, migrations);
  return other ? other : own;
}

}  // namespace provision
