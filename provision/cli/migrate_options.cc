#include "provision/cli/migrate_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/error.h"

namespace provision::cli {

MigrateOptions MigrateArguments::to_options() const {
  MigrateOptions options{.target = target, .dry_run = dry_run, .tag = tag};
  if (resume == "again") {
    options.resume = Resume::again;
  } else if (resume == "done") {
    options.resume = Resume::done;
  } else if (!resume.empty()) {
    throw usage_error(fmt::format("unknown --resume '{}'", resume), "known: again, done");
  }
  return options;
}

void add_migrate_options(CLI::App& app, MigrateArguments& arguments) {
  app.add_option("target", arguments.target,
                 "head, heads, base, an id or its beginning, +N, -N, label@head, ...");
  app.add_flag("--sql", arguments.sql, "print the SQL instead; the target may be FROM:TO");
  app.add_flag("--dry-run", arguments.dry_run, "run it all in a transaction and roll that back");
  app.add_option("--tag", arguments.tag, "what env.py finds with `context.get_tag_argument()`")
      ->type_name("TEXT");
  app.add_option("--resume", arguments.resume,
                 "of an interrupted statement: run it 'again', or it is 'done'")
      ->type_name("HOW");
}

}  // namespace provision::cli
