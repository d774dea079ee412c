#include "provision/ops/seed.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto sets = std::make_shared<std::vector<std::string>>();
  app.add_option("sets", *sets, "seed sets of the environment (default: all)");
  return [sets](Context& context) { return seed(context.workspace(), *sets); };
}

}  // namespace

Command seed_command() {
  return {"seed", kData, "Write the rows an environment must have, where they differ",
          "provision seed reference", &declare};
}

}  // namespace provision::cli
