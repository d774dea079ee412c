#include "provision/ops/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/hash.h"
#include "provision/base/interrupt.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/ops/fresh.h"
#include "provision/ops/own_database.h"
#include "provision/ops/turn.h"

namespace provision {
namespace {

using Databases = std::vector<std::unique_ptr<Passing>>;

void must_be_disposable(const Workspace& workspace) {
  const Environment& environment = workspace.environment;
  if (is_disposable(environment.kind)) return;
  throw usage_error(fmt::format("will not make databases for a command: environment '{}' is {}",
                                environment.name, name_of(environment.kind)),
                    "`-e` names one of kind dev or test");
}

/// "DATABASE_URL", or "USERS_DATABASE_URL" where there are several.
std::string url_variable(const Workspace& workspace, const DatabaseSpec& spec) {
  if (!spec.url_variable.empty()) return spec.url_variable;
  if (workspace.environment.databases.size() == 1) return "DATABASE_URL";
  std::string name = spec.name + "_DATABASE_URL";
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return name;
}

/// The form that every library takes: four slashes before the path of a file.
std::string url_of(const Location& location) {
  const std::string url = location.url_with_password();
  if (location.path.empty()) return url;
  const size_t colon = url.find(':') + 1;
  return fmt::format("{}///{}", url.substr(0, colon), url.substr(colon));
}

void add_client_variables(const DatabaseSpec& spec, Variables& variables) {
  const Location& location = spec.location;
  const auto set = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) variables[name] = value;
  };
  set("PGHOST", location.host);
  set("PGPORT", location.port);
  set("PGUSER", location.user);
  set("PGDATABASE", location.database);
  set("PGPASSWORD", location.password.reveal());
  set("PGSSLMODE", spec.tls);
}

/// The environment of the command. What another server was spoken to with would lead it there.
Variables variables_for(const Workspace& workspace, const RunOptions& options,
                        const Databases& databases) {
  Variables variables = options.variables;
  std::vector<DatabaseSpec> on_servers;
  for (const auto& database : databases) {
    const DatabaseSpec located = workspace.engine(database->spec()).located(database->spec());
    if (located.location.path.empty()) on_servers.push_back(located);
  }
  if (!on_servers.empty()) {
    std::erase_if(variables, [](const auto& variable) { return variable.first.starts_with("PG"); });
  }
  if (on_servers.size() == 1) add_client_variables(on_servers.front(), variables);
  for (const auto& database : databases) {
    const DatabaseSpec located = workspace.engine(database->spec()).located(database->spec());
    variables[url_variable(workspace, located)] = url_of(located.location);
  }
  return variables;
}

const std::filesystem::path& work_folder(const Workspace& workspace) {
  return workspace.databases.front().work_folder;
}

/// Removes what runs left that were killed.
void sweep(const Workspace& workspace) {
  const auto find = [&](const std::string& environment, const std::string& database) {
    std::optional<DatabaseSpec> found;
    for (const DatabaseSpec& spec : workspace.environment.databases) {
      if (environment == spec.environment && database == spec.name) found = spec;
    }
    return found;
  };
  sweep_claims(work_folder(workspace), find, workspace.engines, false);
}

Databases fresh_databases(const Workspace& workspace, const RunOptions& options) {
  const Turn turn(work_folder(workspace));
  sweep(workspace);
  Databases databases;
  FreshTables tables(workspace);
  for (const DatabaseSpec& spec : workspace.databases) {
    const bool has_pool = spec.pool.ready > 0;
    databases.push_back(std::make_unique<Passing>(
        workspace.engine(spec), own_database(spec, "run", std::string(kRunPrefix) + random_hex(8)),
        has_pool));
    FreshOptions contents = options.contents;
    contents.from_pool = has_pool;
    make_fresh(workspace, databases.back()->spec(), contents, tables);
    if (has_pool && options.refill) options.refill(spec);
  }
  return databases;
}

}  // namespace

int run_with_databases(const Workspace& workspace, const RunOptions& options) {
  must_be_disposable(workspace);
  const std::string& name = options.command.front();
  if (!find_program(name)) {
    throw unavailable(fmt::format("there is no program '{}' on PATH", name));
  }
  Databases databases = fresh_databases(workspace, options);
  const int exit_code =
      run_attached({.program = name,
                    .arguments = {options.command.begin() + 1, options.command.end()},
                    .variables = variables_for(workspace, options, databases)});
  const CleaningUp cleaning;
  const bool is_kept =
      options.keep == Keep::always || (options.keep == Keep::on_failure && exit_code != 0);
  for (const auto& database : databases) {
    if (!is_kept) break;
    database->keep();
    const Location location = workspace.engine(database->spec()).located(database->spec()).location;
    workspace.progress.note(fmt::format("kept '{}': {}", database->spec().label(), location.url()));
  }
  const Turn turn(work_folder(workspace));
  databases.clear();
  return exit_code;
}

}  // namespace provision
