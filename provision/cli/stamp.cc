#include "provision/ops/stamp.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<StampOptions>();
  auto sql = std::make_shared<bool>(false);
  app.add_option("targets", options->targets, "revisions, or 'base' to forget everything");
  app.add_flag("--purge", options->purge, "forget all rows first, also those that no file has");
  app.add_flag("--accept", options->accept, "accept edits to revisions that are applied");
  app.add_flag("--adopt", options->adopt, "make the database this environment's own");
  app.add_flag("--sql", *sql, "print the SQL instead");
  return [options, sql](Context& context) {
    return *sql ? stamp_sql(context.workspace(), *options) : stamp(context.workspace(), *options);
  };
}

}  // namespace

Command stamp_command() {
  return {"stamp", kMigrations, "Set what a database is said to have, without running anything",
          "provision stamp head\nprovision stamp --purge base", &declare};
}

}  // namespace provision::cli
