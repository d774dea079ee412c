#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/lifecycle.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<DropOptions>();
  app.add_flag("--yes", options->yes, "do not ask, for a dev or test database that provision made");
  app.add_flag("--force", options->force, "end the sessions that are in the way");
  return [options](Context& context) { return drop(context.workspace(), *options); };
}

}  // namespace

Command drop_command() {
  return {"drop", kEnvironments, "Remove the databases of a dev or test environment",
          "provision drop -e test --yes", &declare};
}

}  // namespace provision::cli
