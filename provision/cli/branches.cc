#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App&) {
  return [](Context& context) { return branches(context.workspace()); };
}

}  // namespace

Command branches_command() {
  return {"branches", kMigrations, "The revisions that several follow", "provision branches",
          &declare};
}

}  // namespace provision::cli
