#include "provision/cli/context.h"

#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/project/database_spec.h"

namespace provision::cli {
namespace {

/// One step for many databases needs an answer to what becomes of the rest when it fails in one.
void refuse_fleet(const DatabaseSpec& spec, const std::string& command) {
  if (spec.fleet.empty()) return;
  throw usage_error(fmt::format("'{}' is {} databases, and `{}` works on one", spec.label(),
                                spec.fleet.size(), command),
                    "`provision drift` compares them all; the others take an environment with one");
}

/// Points `spec` at the migrations that the command line chose.
void choose_migrations(DatabaseSpec& spec, const MigrationsOptions& options,
                       const std::filesystem::path& folder) {
  if (!options.path.empty()) {
    set_migrations(spec, (folder / options.path).lexically_normal());
    spec.layout.clear();
    spec.alembic.section.clear();
  }
  if (!options.section.empty()) spec.alembic.section = options.section;
  for (const std::string& argument : options.arguments) {
    spec.alembic.arguments.push_back(argument);
  }
}

}  // namespace

Context::Context(std::string command, GlobalOptions options, Variables variables)
    : command_(std::move(command)),
      options_(std::move(options)),
      variables_(std::move(variables)),
      console_(options_.console, variables_),
      engines_(console_) {}

std::filesystem::path Context::folder() const {
  const std::filesystem::path folder =
      std::filesystem::absolute(options_.folder).lexically_normal();
  if (!std::filesystem::is_directory(folder)) {
    throw usage_error(fmt::format("'{}' is not a folder", options_.folder));
  }
  return folder;
}

const Project& Context::project() {
  if (!project_) project_ = Project::find(folder(), variables_);
  return *project_;
}

const Workspace& Context::workspace() {
  if (workspace_) return *workspace_;
  const std::string name =
      options_.environment.empty() ? project().default_environment() : options_.environment;
  Environment environment = project().environment(name);
  for (DatabaseSpec& spec : environment.databases) {
    const bool is_chosen = options_.database.empty() || options_.database == spec.name;
    if (is_chosen) choose_migrations(spec, options_.migrations, folder());
  }
  std::vector<DatabaseSpec> databases = chosen_databases(environment, options_.database);
  for (const DatabaseSpec& spec : databases) refuse_fleet(spec, command_);
  workspace_ = std::make_unique<Workspace>(
      Workspace{.command = command_,
                .environment = std::move(environment),
                .databases = std::move(databases),
                .engines = engines_,
                .progress = console_,
                .lock_timeout = std::chrono::seconds(options_.lock_timeout),
                .confirm = [this](const std::string& question, const std::string& expected) {
                  return console_.confirm(question, expected);
                }});
  return *workspace_;
}

}  // namespace provision::cli
