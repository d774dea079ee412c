#include "provision/ops/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"

namespace provision {
namespace {

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
                        const std::vector<DatabaseSpec>& databases) {
  Variables variables = options.variables;
  std::vector<DatabaseSpec> on_servers = databases;
  std::erase_if(on_servers, [](const DatabaseSpec& spec) { return !spec.location.path.empty(); });
  if (!on_servers.empty()) {
    std::erase_if(variables, [](const auto& variable) { return variable.first.starts_with("PG"); });
  }
  if (on_servers.size() == 1) add_client_variables(on_servers.front(), variables);
  for (const DatabaseSpec& spec : databases) {
    variables[url_variable(workspace, spec)] = url_for_programs(spec.location);
  }
  return variables;
}

}  // namespace

int run_with_databases(const Workspace& workspace, const RunOptions& options) {
  const std::string& name = options.command.front();
  if (!find_program(name)) {
    throw unavailable(fmt::format("there is no program '{}' on PATH", name));
  }
  BorrowedDatabases databases(workspace, options.contents, options.refill);
  const std::vector<DatabaseSpec> located = databases.located();
  const Variables variables = variables_for(workspace, options, located);
  for (const DatabaseSpec& spec : located) workspace.engine(spec).servers();
  const int exit_code =
      run_attached({.program = name,
                    .arguments = {options.command.begin() + 1, options.command.end()},
                    .variables = variables});
  const bool is_kept =
      options.keep == Keep::always || (options.keep == Keep::on_failure && exit_code != 0);
  if (!is_kept) return exit_code;
  databases.keep();
  for (const DatabaseSpec& spec : located) {
    workspace.progress.note(fmt::format("kept '{}': {}", spec.label(), spec.location.url()));
  }
  return exit_code;
}

}  // namespace provision
