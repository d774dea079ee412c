#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/author.h"

namespace provision::cli {
namespace {

Action declare(CLI::App& app) {
  auto options = std::make_shared<RevisionOptions>();
  app.add_option("-m,--message", options->message, "what it does, in a few words")
      ->type_name("TEXT");
  app.add_option("--head", options->head, "the revision that it follows; 'base' begins a branch")
      ->type_name("REVISION");
  app.add_flag("--splice", options->splice, "allow --head to be no head: that makes a branch");
  app.add_option("--branch-label", options->branch_label, "a label for its branch")
      ->type_name("LABEL");
  app.add_option("--depends-on", options->depends_on, "a revision that must be applied before")
      ->type_name("REVISION");
  app.add_option("--rev-id", options->id, "its id, instead of the time now")->type_name("ID");
  app.add_option("--version-path", options->version_path,
                 "where its file goes, of several folders of an Alembic project")
      ->type_name("DIR");
  return [options](Context& context) { return new_revision(context.workspace(), *options); };
}

}  // namespace

Command revision_command() {
  return {"revision", kMigrations, "Write a new revision file",
          "provision revision -m \"add email to users\"", &declare};
}

}  // namespace provision::cli
