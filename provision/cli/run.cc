#include "provision/ops/run.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/ops/pool.h"

namespace provision::cli {
namespace {

struct Arguments {
  RunOptions options;
  std::string keep = "never";
  bool fill_pool = false;
};

Keep read_keep(const std::string& word) {
  const std::vector<std::string> known = {"never", "on-failure", "always"};
  for (size_t i = 0; i < known.size(); ++i) {
    if (word == known[i]) return static_cast<Keep>(i);
  }
  throw usage_error(fmt::format("'--keep' does not take '{}'", word), name_hint(word, known));
}

Report fill(const Workspace& workspace) {
  Report report = workspace.report();
  std::int64_t made = 0;
  for (const DatabaseSpec& spec : workspace.databases) made += fill_pool(workspace, spec);
  report.summary = fmt::format("{} made ahead", counted(made, "database"));
  return report;
}

/// Ourselves again, in the background.
void start_filling(const DatabaseSpec& spec, const Context& context) {
  start_detached({.program = std::filesystem::read_symlink("/proc/self/exe"),
                  .arguments = {"run", "--fill-pool", "-q", "-C", context.folder().string(), "-e",
                                spec.environment, "--database", spec.name},
                  .variables = context.variables()},
                 pool_log(spec));
}

Report run(const Arguments& arguments, Context& context) {
  const Workspace& workspace = context.workspace();
  if (arguments.fill_pool) return fill(workspace);
  RunOptions options = arguments.options;
  options.keep = read_keep(arguments.keep);
  if (options.command.empty()) {
    throw usage_error("no command to run", "it stands after `--`: provision run -- ctest");
  }
  options.variables = context.variables();
  options.refill = [&](const DatabaseSpec& spec) { start_filling(spec, context); };
  context.exit_code = run_with_databases(workspace, options);
  return workspace.report();
}

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--keep", arguments->keep, "Keep the databases: never, on-failure or always")
      ->type_name("WHEN");
  app.add_option("--to", arguments->options.contents.target, "The revision to stop at")
      ->type_name("REVISION");
  app.add_flag("--no-seed", arguments->options.contents.no_seed, "No seeds");
  app.add_flag("--cold", arguments->options.contents.cold, "Use no template and no pool");
  app.add_flag("--fill-pool", arguments->fill_pool, "Make databases ahead, and run nothing");
  app.add_option("command", arguments->options.command, "The command and its arguments, after --");
  return [arguments](Context& context) { return run(*arguments, context); };
}

}  // namespace

Command run_command() {
  return {"run", kEnvironments, "Give a command fresh databases that go when it ends",
          "provision run -e test -- ctest\nprovision run --keep on-failure -- pytest -x", &declare};
}

}  // namespace provision::cli
