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
  const auto is_python = [](const Revision& revision) {
    return revision.language == ScriptLanguage::python;
  };
  if (std::none_of(revisions.begin(), revisions.end(), is_python)) return std::nullopt;
  PythonProject project{.root = root,
                        .folder = spec.migrations,
                        .python = spec.python,
                        .app = spec.app,
                        .variables = spec.variables};
  const FoundMigrations found = find_migrations(spec.migrations, layout_choice(spec));
  if (const auto alembic = find_alembic(found.folder, root)) {
    project.folder = alembic->scripts;
    project.config = alembic->file;
    project.section = alembic->section;
    project.is_flask = alembic->is_flask;
  }
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
