#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/inspect.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<HistoryOptions>();
  app.add_option("-r,--rev-range", options->range, "only FROM:TO, either end open")
      ->type_name("RANGE");
  app.add_flag(
      "-i,--indicate-current", options->indicate,
      "tell what is applied: when, how long it took, by whom, whether the file is the same");
  app.add_option("--graph", options->graph, "draw it: text, dot or mermaid")->type_name("FORMAT");
  return [options](Context& context) { return history(context.workspace(), *options); };
}

}  // namespace

Command history_command() {
  return {"history", kMigrations, "The revisions, newest first",
          "provision history -i\nprovision history -r -3:current\nprovision history --graph text",
          &declare};
}

}  // namespace provision::cli
