#include "provision/ops/snapshot.h"

#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/project/snapshot_file.h"

namespace provision::cli {
namespace {

DatabaseSpec spec_of_url(const std::string& url, const std::filesystem::path& folder) {
  ParsedUrl parsed = parse_url(url);
  DatabaseSpec spec;
  spec.engine = parsed.engine;
  spec.location = std::move(parsed.location);
  if (!spec.location.path.empty()) spec.location.path = folder / spec.location.path;
  return spec;
}

Action declare(CLI::App& app) {
  auto url = std::make_shared<std::string>();
  app.add_option("--db", *url, "A database, instead of an environment's")->type_name("URL");
  return [url](Context& context) {
    const DatabaseSpec spec =
        url->empty() ? context.workspace().only_database() : spec_of_url(*url, context.folder());
    Report report;
    report.command = context.command();
    report.body_key = "snapshot";
    report.body = snapshot_text(take_snapshot(context.engines().at(spec.engine), spec));
    return report;
  };
}

}  // namespace

Command snapshot_command() {
  return {"snapshot", kAssurance, "Write a database's schema as stable JSON",
          "provision snapshot -e staging -o staging.json\n"
          "provision snapshot --db sqlite:var/dev.db -o dev.json",
          &declare};
}

}  // namespace provision::cli
