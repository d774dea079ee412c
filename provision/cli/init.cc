#include "provision/ops/init.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto multidb = std::make_shared<bool>(false);
  app.add_flag("--multidb", *multidb, "two databases, each with its own migrations and seeds");
  return [multidb](Context& context) { return init(context.folder(), *multidb); };
}

}  // namespace

Command init_command() {
  return {"init", kEnvironments, "Begin a project that works at once", "provision init", &declare};
}

}  // namespace provision::cli
