#include "provision/ops/init.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/python/init_python.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  struct Options {
    bool multidb = false;
    bool alembic = false;
    bool flask = false;
  };
  auto options = std::make_shared<Options>();
  app.add_flag("--multidb", options->multidb,
               "two databases, each with its own migrations and seeds");
  app.add_flag("--alembic", options->alembic, "environments for the Alembic project that is here");
  app.add_flag("--flask", options->flask,
               "environments for the Flask-Migrate project that is here");
  return [options](Context& context) {
    if (options->alembic || options->flask) return init_python(context.folder(), options->flask);
    return init(context.folder(), options->multidb);
  };
}

}  // namespace

Command init_command() {
  return {"init", kEnvironments, "Begin a project that works at once", "provision init", &declare};
}

}  // namespace provision::cli
