#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/ops/scratch.h"
#include "provision/ops/servers.h"

namespace provision::cli {
namespace {

Report collect(Context& context, bool dry_run) {
  Report report;
  report.command = context.command();
  Table table{"removed", "", {{"what"}, {"place"}}};
  std::vector<Leftover> leftovers = collect_scratch(dry_run, context.console());
  std::ranges::move(orphan_servers(dry_run, context.console()), std::back_inserter(leftovers));
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

Action declare(CLI::App& app) {
  auto dry_run = std::make_shared<bool>(false);
  app.add_flag("--dry-run", *dry_run, "Only say what would be removed");
  return [dry_run](Context& context) { return collect(context, *dry_run); };
}

}  // namespace

Command gc_command() {
  return {"gc", kEnvironments, "Remove what killed runs of provision left behind",
          "provision gc --dry-run", &declare};
}

}  // namespace provision::cli
