#include "provision/ops/list.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App&) {
  return [](Context& context) {
    const GlobalOptions& options = context.options();
    return list(context.project(), options.environment, options.console.verbosity > 0);
  };
}

}  // namespace

Command list_command() {
  return {"list", kEnvironments, "Environments; with -v every value and where it comes from",
          "provision list\nprovision list -v -e staging", &declare};
}

}  // namespace provision::cli
