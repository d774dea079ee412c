#include <CLI/CLI.hpp>

#include "provision/cli/command.h"
#include "provision/ops/python/python_author.h"

namespace provision::cli {
namespace {

Action declare(CLI::App&) {
  return [](Context& context) { return check(context.workspace()); };
}

}  // namespace

Command check_command() {
  return {"check",           kMigrations, "Compare models, revisions and database",
          "provision check", &declare,    true};
}

}  // namespace provision::cli
