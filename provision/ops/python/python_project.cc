#include "provision/ops/python/python_project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "provision/base/hash.h"
#include "provision/project/alembic_config.h"
#include "provision/project/layout.h"

namespace provision {

namespace fs = std::filesystem;

std::optional<PythonProject> python_project(const RevisionGraph& graph, const DatabaseSpec& spec,
                                            const fs::path& root) {
  const auto& revisions = graph.revisions();
  const auto is_sql = [](const Revision& revision) {
    return revision.language == ScriptLanguage::sql;
  };
  if (std::any_of(revisions.begin(), revisions.end(), is_sql)) return std::nullopt;
  const FoundMigrations found = find_migrations(spec.migrations, layout_choice(spec));
  const auto alembic = find_alembic(found.folder, root, spec.alembic);
  if (!alembic) return std::nullopt;
  PythonProject project{.root = root,
                        .folder = alembic->scripts,
                        .config = alembic->file,
                        .section = alembic->section,
                        .is_flask = alembic->is_flask,
                        .python = spec.python,
                        .app = spec.app,
                        .variables = spec.variables,
                        .arguments = spec.alembic.arguments};
  return project;
}

std::string bind_of(const Environment& environment, const DatabaseSpec& spec) {
  const auto sharers =
      std::count_if(environment.databases.begin(), environment.databases.end(),
                    [&](const DatabaseSpec& other) { return other.migrations == spec.migrations; });
  return sharers < 2 || spec.name == "default" ? std::string() : spec.name;
}

PythonTarget python_target(Engine& engine, const DatabaseSpec& spec, Database& database,
                           const std::string& bind) {
  PythonTarget target{.spec = engine.located(spec),
                      .bind = bind,
                      .conninfo = {},
                      .object_id = database.facts().object_id,
                      .nonce = {}};
  const std::string& mark = database.dialect().session_mark;
  if (mark.empty()) return target;
  target.conninfo = engine.client_command(target.spec).back();
  const std::uint64_t number = std::stoull(random_hex(8), nullptr, 16) >> 1U;
  target.nonce = std::to_string(number);
  database.query(fmt::format(fmt::runtime(mark), number));
  return target;
}

}  // namespace provision
