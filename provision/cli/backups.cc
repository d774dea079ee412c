#include <CLI/CLI.hpp>

#include "provision/base/error.h"
#include "provision/cli/command.h"
#include "provision/ops/backup/backup.h"

namespace provision::cli {
namespace {

struct Arguments {
  BackupsOptions options;
  std::string max_age = "1d";
};

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  BackupsOptions& options = arguments->options;
  app.add_flag("--verify", options.verify, "look for damage: sizes and checksums of all files");
  app.add_flag("--prove", options.prove, "the same, and restore each on scratch and compare");
  app.add_flag("--prune", options.prune, "remove those that 'keep' of the environment does not");
  app.add_flag("--dry-run", options.dry_run, "with --prune: only say which");
  app.add_flag("--check", options.check, "fail if the newest proven one is too old");
  app.add_option("--max-age", arguments->max_age, "for --check (default: 1d)")->type_name("AGE");
  app.add_option("--pin", options.pin, "keep this one until it is unpinned")->type_name("ID");
  app.add_option("--unpin", options.unpin, "let --prune judge this one again")->type_name("ID");
  return [arguments](Context& context) {
    if (arguments->options.dry_run && !arguments->options.prune) {
      throw usage_error("'--dry-run' is for '--prune'");
    }
    arguments->options.max_age = parse_age(arguments->max_age);
    return backups(context.workspace(), arguments->options);
  };
}

}  // namespace

Command backups_command() {
  return {"backups", kData, "List backups, newest first; verify, prune, check their age",
          "provision backups --verify\nprovision backups -e production --check --max-age 1d\n"
          "provision backups -e production --prune --dry-run",
          &declare};
}

}  // namespace provision::cli
