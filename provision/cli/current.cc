#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto check_heads = std::make_shared<bool>(false);
  app.add_flag("-c,--check-heads", *check_heads, "exit 1 unless every head is applied");
  return [check_heads](Context& context) { return current(context.workspace(), *check_heads); };
}

}  // namespace

Command current_command() {
  return {"current", kMigrations, "The revisions that a database is at",
          "provision current --check-heads", &declare};
}

}  // namespace provision::cli
