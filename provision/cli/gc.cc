#include "provision/ops/gc.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/ops/backup/backup.h"
#include "provision/ops/scratch.h"
#include "provision/ops/servers.h"

namespace provision::cli {
namespace {

struct Arguments {
  GcOptions options;
  std::string older_than = "14d";
  bool yes = false;
};

/// Outside one there is nothing but what belongs to no project.
bool is_in_project(Context& context) {
  try {
    context.project();
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::vector<Leftover> collect(Context& context, const GcOptions& options) {
  std::vector<Leftover> found = collect_scratch(options.dry_run, context.console());
  std::ranges::move(orphan_servers(options.dry_run, context.console()), std::back_inserter(found));
  if (!is_in_project(context)) return found;
  std::ranges::move(collect_kept(context.project(), context.engines(), options),
                    std::back_inserter(found));
  return found;
}

Report told(const Context& context, const std::vector<Leftover>& leftovers, bool dry_run) {
  Report report;
  report.command = context.command();
  Table table{"removed", "", {{"what"}, {"place"}}};
  for (const Leftover& leftover : leftovers) {
    if (leftover.trouble.empty()) {
      table.rows.push_back({leftover.what, leftover.place});
    } else {
      report.findings.push_back({.verdict = "kept",
                                 .subject = leftover.what,
                                 .message = fmt::format("it is still on {}", leftover.place),
                                 .detail = leftover.trouble});
    }
  }
  report.summary =
      fmt::format("{} {}", counted(static_cast<std::int64_t>(table.rows.size()), "thing"),
                  dry_run ? "would be removed" : "removed");
  report.tables.push_back(std::move(table));
  return report;
}

bool is_at_terminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

Report run(const Arguments& arguments, Context& context) {
  GcOptions options = arguments.options;
  options.older_than = parse_age(arguments.older_than);
  if (!options.dry_run && !arguments.yes && is_at_terminal()) {
    GcOptions rehearsal = options;
    rehearsal.dry_run = true;
    Report report = told(context, collect(context, rehearsal), true);
    if (report.tables.front().rows.empty()) return report;
    context.console().show(report);
    if (!context.console().confirm("Type yes to remove it:", "yes")) {
      throw usage_error("nothing was removed", "`--yes` does not ask");
    }
  }
  return told(context, collect(context, options), options.dry_run);
}

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_flag("--dry-run", arguments->options.dry_run, "Only say what would be removed");
  app.add_flag("--yes", arguments->yes, "Do not ask at a terminal");
  app.add_option("--older-than", arguments->older_than,
                 "Templates and kept databases nobody used for so long (default: 14d)")
      ->type_name("AGE");
  app.add_option("--keep", arguments->options.keep,
                 "Templates of a server that may stay, those used last (default: 20)")
      ->type_name("N");
  return [arguments](Context& context) { return run(*arguments, context); };
}

}  // namespace

Command gc_command() {
  return {"gc", kEnvironments, "Remove what provision keeps and nobody needs any more",
          "provision gc --dry-run\nprovision gc --older-than 2d --keep 5", &declare};
}

}  // namespace provision::cli
