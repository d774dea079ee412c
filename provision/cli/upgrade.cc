#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/cli/migrate_options.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<MigrateArguments>();
  options->target = "heads";
  add_migrate_options(app, *options);
  return [options](Context& context) {
    if (options->sql) {
      return migration_sql(context.workspace(), Direction::up, options->to_options());
    }
    return upgrade(context.workspace(), options->to_options());
  };
}

}  // namespace

Command upgrade_command() {
  return {"upgrade", kMigrations, "Apply revisions, up to a target (default: heads)",
          "provision upgrade\nprovision upgrade +1 --dry-run\nprovision upgrade --sql base:head",
          &declare};
}

}  // namespace provision::cli
