#include "provision/ops/backup/restore.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<RestoreOptions>();
  app.add_option("BACKUP", options->backup,
                 "its id or the beginning of it, `latest` of the environment, or a path to it")
      ->required()
      ->type_name("");
  app.add_option("--into", options->into, "another database, that is not there yet")
      ->type_name("NAME");
  app.add_option("--jobs", options->jobs, "load so many tables at once, if it was taken so")
      ->type_name("N");
  app.add_flag("--force", options->force, "end the sessions that are in the way");
  return [options](Context& context) {
    options->folder = context.folder();
    return restore(context.workspace(), *options);
  };
}

}  // namespace

Command restore_command() {
  return {"restore", kData, "Put a backup in the place of a database, or beside it",
          "provision restore latest\nprovision restore 20261121 -e dev --database app\n"
          "provision restore latest -e production --into app_of_yesterday",
          &declare};
}

}  // namespace provision::cli
