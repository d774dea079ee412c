#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/lifecycle.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<ResetOptions>();
  app.add_option("--to", options->contents.target, "the revision to stop at")
      ->type_name("REVISION");
  app.add_flag("--no-seed", options->contents.no_seed, "no seeds");
  app.add_flag("--snapshot-first", options->snapshot_first, "back up what is there before it goes");
  app.add_flag("--cold", options->contents.cold, "use no template");
  app.add_flag("--force", options->force, "end the sessions that are in the way");
  return [options](Context& context) { return reset(context.workspace(), *options); };
}

}  // namespace

Command reset_command() {
  return {"reset", kEnvironments, "Make a dev or test database anew: migrated and seeded",
          "provision reset\nprovision reset --to 20260112091500 --no-seed", &declare};
}

}  // namespace provision::cli
