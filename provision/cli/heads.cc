#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto resolve = std::make_shared<bool>(false);
  app.add_flag("--resolve-dependencies", *resolve,
               "leave out heads that another revision depends on");
  return [resolve](Context& context) { return heads(context.workspace(), *resolve); };
}

}  // namespace

Command heads_command() {
  return {"heads", kMigrations, "The revisions that nothing follows", "provision heads", &declare};
}

}  // namespace provision::cli
