#include <CLI/CLI.hpp>

#include "provision/cli/command.h"

namespace provision::cli {
namespace {

Report url(const Workspace& workspace) {
  Report report = workspace.report();
  Table table{"urls", "", {{"database"}, {"url"}}};
  for (const DatabaseSpec& spec : workspace.databases) {
    const Location location = workspace.engine(spec).located(spec).location;
    const std::string text = location.url();
    table.rows.push_back({spec.name, text});
    if (workspace.databases.size() == 1) report.body = text;
  }
  if (workspace.databases.size() == 1) {
    report.body_key = "url";
  } else {
    report.tables.push_back(std::move(table));
  }
  return report;
}

Action declare(CLI::App&) {
  return [](Context& context) { return url(context.workspace()); };
}

}  // namespace

Command url_command() {
  return {"url", kEnvironments, "The URL of a database, without its password",
          "provision url -e test", &declare};
}

}  // namespace provision::cli
