#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/ops/scratch.h"

namespace provision::cli {
namespace {

Report collect(const Context& context, bool dry_run) {
  Report report;
  report.command = context.command();
  Table table{"removed", "", {{"what"}, {"path"}}};
  for (const std::filesystem::path& folder : collect_scratch(dry_run)) {
    table.rows.push_back({"scratch folder of a process that is gone", folder.string()});
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
