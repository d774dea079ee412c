#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/ops/author.h"

namespace provision::cli {
namespace {

/// What EDITOR says: a program and, separated by blanks, its arguments.
std::vector<std::string> editor_words(const Variables& variables) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const auto value = find_variable(variables, name);
    if (value && !trimmed(*value).empty()) return split_list(*value, ' ');
  }
  return {"vi"};
}

Report edit(Context& context, const std::string& target) {
  const std::filesystem::path file = revision_file(context.workspace(), target);
  const std::vector<std::string> words = editor_words(context.variables());
  const auto program = find_program(words.front());
  if (!program) {
    throw unavailable(fmt::format("there is no editor '{}'", words.front()),
                      "set EDITOR to the one you use");
  }
  provision::Command editor;
  editor.program = *program;
  editor.arguments.assign(words.begin() + 1, words.end());
  editor.arguments.push_back(file.string());
  context.exit_code = run_attached(editor);
  return context.workspace().report();
}

Action declare(CLI::App& app) {
  auto target = std::make_shared<std::string>("head");
  app.add_option("revision", *target, "the revision (default: head)");
  return [target](Context& context) { return edit(context, *target); };
}

}  // namespace

Command edit_command() {
  return {"edit", kMigrations, "Open a revision's file in your editor", "provision edit head",
          &declare};
}

}  // namespace provision::cli
