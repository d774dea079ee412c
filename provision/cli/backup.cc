#include "provision/ops/backup/backup.h"

#include <CLI/CLI.hpp>

#include "provision/base/error.h"
#include "provision/cli/command.h"

namespace provision::cli {
namespace {

struct Arguments {
  BackupOptions options;
  bool prove = false;
  bool no_prove = false;
};

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  BackupOptions& options = arguments->options;
  app.add_option("-m,--message", options.message, "why it is taken")->type_name("TEXT");
  app.add_option("--jobs", options.jobs,
                 "dump so many tables at once, each to a file, where the engine can")
      ->type_name("N");
  app.add_flag("--prove", arguments->prove, "restore it on scratch and compare, whatever its size");
  app.add_flag("--no-prove", arguments->no_prove, "do not (default: up to 256 MiB)");
  app.add_flag("--pin", options.pin, "keep it until it is unpinned");
  return [arguments](Context& context) {
    if (arguments->prove && arguments->no_prove) {
      throw usage_error("both '--prove' and '--no-prove'", "keep one of them");
    }
    if (arguments->options.jobs < 1) {
      throw usage_error("'--jobs' is at least 1");
    }
    BackupOptions chosen = arguments->options;
    if (arguments->prove || arguments->no_prove) chosen.prove = arguments->prove;
    return backup(context.workspace(), chosen);
  };
}

}  // namespace

Command backup_command() {
  return {"backup", kData, "Back an environment's databases up, and prove it",
          "provision backup -e production -m \"before the move\"\n"
          "provision backup -e staging --database app --jobs 4",
          &declare};
}

}  // namespace provision::cli
