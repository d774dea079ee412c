#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App&) {
  return [](Context& context) { return status(context.workspace()); };
}

}  // namespace

Command status_command() {
  return {"status", kEnvironments, "Where every database of an environment stands",
          "provision status -e staging", &declare};
}

}  // namespace provision::cli
