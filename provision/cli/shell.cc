#include <CLI/CLI.hpp>

#include "provision/base/process.h"
#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Report shell(Context& context) {
  const Workspace& workspace = context.workspace();
  const DatabaseSpec& spec = workspace.only_database();
  Engine& engine = workspace.engine(spec);
  // A typo must not make an empty database: the client would create the file.
  workspace.connect(spec, Access::read);
  const DatabaseSpec located = engine.located(spec);
  const std::vector<std::string> words = engine.client_command(located);
  provision::Command client;
  client.program = words.front();
  client.arguments.assign(words.begin() + 1, words.end());
  if (!located.location.password.empty()) {
    client.variables["PGPASSWORD"] = located.location.password.reveal();
  }
  context.exit_code = run_attached(client);
  return workspace.report();
}

Action declare(CLI::App&) { return &shell; }

}  // namespace

Command shell_command() {
  return {"shell", kEnvironments, "Open the engine's own client on a database",
          "provision shell -e dev --database app", &declare};
}

}  // namespace provision::cli
