#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/lifecycle.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<FreshOptions>();
  app.add_option("--to", options->target, "the revision to stop at")->type_name("REVISION");
  app.add_flag("--empty", options->empty, "no revisions and no seeds");
  app.add_flag("--no-seed", options->no_seed, "no seeds");
  app.add_flag("--cold", options->cold, "use no template");
  return [options](Context& context) { return create(context.workspace(), *options); };
}

}  // namespace

Command create_command() {
  return {"create", kEnvironments, "Make the databases: created, migrated, seeded",
          "provision create -e staging", &declare};
}

}  // namespace provision::cli
