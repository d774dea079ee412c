#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/duration.h"
#include "provision/base/error.h"
#include "provision/cli/command.h"
#include "provision/ops/servers.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto idle = std::make_shared<std::string>("30m");
  app.add_option("--idle", *idle, "end after so long without use (default: 30m; 0: never)")
      ->type_name("DURATION");
  return [idle](Context& context) {
    const auto duration = duration_in(*idle);
    if (!duration) {
      throw usage_error(fmt::format("'--idle' does not take '{}'", *idle),
                        "say 90s, 30m, 2h or 1d; 0 is for ever");
    }
    return up(context.workspace(), *duration);
  };
}

}  // namespace

Command up_command() {
  return {"up", kEnvironments, "Keep the managed servers of an environment running",
          "provision up -e test --idle 2h", &declare};
}

}  // namespace provision::cli
