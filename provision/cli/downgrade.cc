#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/cli/migrate_options.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<MigrateArguments>();
  options->target = "-1";
  add_migrate_options(app, *options);
  return [options](Context& context) {
    if (options->sql) {
      return migration_sql(context.workspace(), Direction::down, options->to_options());
    }
    return downgrade(context.workspace(), options->to_options());
  };
}

}  // namespace

Command downgrade_command() {
  return {"downgrade", kMigrations, "Undo revisions, down to a target (default: -1)",
          "provision downgrade\nprovision downgrade base\nprovision downgrade --sql head:base",
          &declare};
}

}  // namespace provision::cli
