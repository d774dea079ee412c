#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto target = std::make_shared<std::string>("heads");
  auto indicate = std::make_shared<bool>(false);
  app.add_option("revision", *target, "the revision (default: heads)");
  app.add_flag("-i,--indicate-current", *indicate, "tell when and by whom it was applied");
  return [target, indicate](Context& context) {
    return show(context.workspace(), *target, *indicate);
  };
}

}  // namespace

Command show_command() {
  return {"show", kMigrations, "All that is known of a revision", "provision show head -i",
          &declare};
}

}  // namespace provision::cli
