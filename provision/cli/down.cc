#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/servers.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto force = std::make_shared<bool>(false);
  app.add_flag("--force", *force, "end sessions that are in the way");
  return [force](Context& context) { return down(context.workspace(), *force); };
}

}  // namespace

Command down_command() {
  return {"down", kEnvironments, "End the managed servers of an environment",
          "provision down -e test", &declare};
}

}  // namespace provision::cli
