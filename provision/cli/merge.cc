#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/author.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<MergeOptions>();
  app.add_option("revisions", options->revisions, "what to merge (default: all heads)");
  app.add_option("-m,--message", options->message, "what it does")->type_name("TEXT");
  app.add_option("--branch-label", options->branch_label, "a label for its branch")
      ->type_name("LABEL");
  app.add_option("--rev-id", options->id, "its id, instead of the time now")->type_name("ID");
  return [options](Context& context) { return merge(context.workspace(), *options); };
}

}  // namespace

Command merge_command() {
  return {"merge", kMigrations, "Write a revision that joins branches",
          "provision merge heads -m \"join accounts and catalogue\"", &declare};
}

}  // namespace provision::cli
