#include "harness/verify.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/cli/subject.h"
#include "provision/engine/engines.h"
#include "provision/project/layout.h"

namespace provision::cli {
namespace {

struct Arguments {
  std::string migrations;
  std::string engine;
  LayoutChoice layout;
  std::string setup;
  std::string server;
  std::string shard;
  int rows = -1;
  int jobs = 0;
  int step_timeout = 0;  ///< in seconds; 0: as the project has it
  bool fail_fast = false;
  bool no_lock = false;
  bool lock = false;
  harness::SelectionOptions selection;
};

/// "2/3".
harness::Shard read_shard(const std::string& text) {
  harness::Shard shard;
  if (text.empty()) return shard;
  char slash = 0;
  std::istringstream stream(text);
  stream >> shard.number >> slash >> shard.count;
  if (stream.fail() || slash != '/' || !stream.eof() || shard.number < 1 ||
      shard.number > shard.count) {
    throw usage_error(fmt::format("'{}' is no shard", text),
                      "the second of three is `--shard 2/3`");
  }
  return shard;
}

std::optional<DatabaseSpec> read_server(const std::string& url) {
  if (url.empty()) return std::nullopt;
  ParsedUrl parsed = parse_url(url);
  DatabaseSpec spec;
  spec.engine = parsed.engine;
  spec.location = std::move(parsed.location);
  return spec;
}

harness::WalkOptions walk_options(const Arguments& arguments, const std::string& engine,
                                  const std::filesystem::path& folder) {
  harness::WalkOptions walk;
  walk.engine = engine;
  walk.server = read_server(arguments.server);
  if (walk.server && walk.server->engine != engine) {
    throw usage_error(
        fmt::format("`--server` is for {}, the revisions are for {}", walk.server->engine, engine));
  }
  if (!arguments.setup.empty()) {
    walk.setup = read_text(folder / arguments.setup);
    walk.setup_file = arguments.setup;
  }
  walk.rules.rows = std::max(arguments.rows, 0);
  walk.fail_fast = arguments.fail_fast;
  return walk;
}

/// A folder of revisions that no environment speaks of.
harness::Subject subject_of_folder(const Arguments& arguments,
                                   const std::filesystem::path& folder) {
  if (arguments.engine.empty()) {
    throw usage_error("`--migrations` needs `--engine`",
                      fmt::format("known: {}", joined(engine_names(), ", ")));
  }
  harness::Subject subject;
  subject.project = folder;
  subject.migrations = folder / arguments.migrations;
  subject.walk = walk_options(arguments, arguments.engine, folder);
  LayoutChoice choice = arguments.layout;
  choice.engine = arguments.engine;
  read_folder(subject, choice, {});
  return subject;
}

std::vector<harness::Subject> subjects_of(const Arguments& arguments, Context& context) {
  if (!arguments.migrations.empty()) return {subject_of_folder(arguments, context.folder())};
  const Workspace& workspace = context.workspace();
  std::vector<harness::Subject> subjects;
  for (const DatabaseSpec& spec : workspace.databases) {
    const std::string engine = arguments.engine.empty() ? spec.engine : arguments.engine;
    harness::Subject subject =
        subject_of(workspace, spec, engine, walk_options(arguments, engine, context.folder()));
    if (arguments.rows < 0) subject.walk.rules.rows = workspace.environment.verify.rows;
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

harness::LockUse lock_use(const Arguments& arguments) {
  if (arguments.no_lock) return harness::LockUse::ignore;
  return arguments.lock ? harness::LockUse::write : harness::LockUse::read;
}

Report run(const Arguments& arguments, Context& context) {
  if (arguments.jobs < 0) throw usage_error("`--jobs` is a number from 1, or 0 for all processors");
  const harness::VerifyOptions options{.selection = arguments.selection,
                                       .jobs = static_cast<size_t>(arguments.jobs),
                                       .shard = read_shard(arguments.shard),
                                       .lock = lock_use(arguments)};
  std::vector<harness::Subject> subjects = subjects_of(arguments, context);
  if (arguments.step_timeout < 0) throw usage_error("`--step-timeout` is a number of seconds");
  for (harness::Subject& subject : subjects) {
    if (!subject.walk.python || arguments.step_timeout == 0) continue;
    subject.walk.python->step_timeout = std::chrono::seconds(arguments.step_timeout);
  }
  return harness::verify(subjects, options, context.console());
}

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("--migrations", arguments->migrations,
                 "A folder of revisions; no environment is needed")
      ->type_name("DIR");
  app.add_option("--engine", arguments->engine, "The engine that they are for")->type_name("NAME");
  app.add_option("--layout", arguments->layout.name, "The folder's layout (default: detected)")
      ->type_name("NAME");
  app.add_option("--up", arguments->layout.up_pattern,
                 "Where the ways up are, with {id}, {name} and {engine}")
      ->type_name("PATTERN");
  app.add_option("--down", arguments->layout.down_pattern, "Where the ways down are")
      ->type_name("PATTERN");
  app.add_option("--setup", arguments->setup, "SQL to run before the first revision")
      ->type_name("FILE");
  app.add_option("--server", arguments->server,
                 "Make scratch databases there, not on a private one")
      ->type_name("URL");
  app.add_option("--rows", arguments->rows, "Fill every table with this many rows before each step")
      ->type_name("N");
  app.add_option("--revision", arguments->selection.revisions, "Verify this revision (repeatable)")
      ->type_name("ID");
  app.add_option("--since", arguments->selection.since,
                 "Verify what changed since this git reference, and what follows it")
      ->type_name("REF");
  app.add_flag("--all", arguments->selection.all, "Also what provision.lock proves");
  app.add_flag("--lock", arguments->lock, "Write provision.lock, accepting edits");
  app.add_flag("--no-lock", arguments->no_lock, "Neither read nor write provision.lock");
  app.add_option("--jobs", arguments->jobs,
                 "Workers, each with databases of its own (default: by the work)")
      ->type_name("N");
  app.add_option("--step-timeout", arguments->step_timeout,
                 "What a step of a revision in Python may take (default: 300)")
      ->type_name("SEC");
  app.add_option("--shard", arguments->shard, "The K-th of N parts")->type_name("K/N");
  app.add_flag("--fail-fast", arguments->fail_fast, "Stop at the first finding");
  return [arguments](Context& context) { return run(*arguments, context); };
}

}  // namespace

Command verify_command() {
  return {"verify",
          kAssurance,
          "Prove that every revision can be undone and redone",
          "provision verify\nprovision verify --since main --rows 5\n"
          "provision verify --migrations db/migrations --engine postgresql",
          &declare,
          true};
}

}  // namespace provision::cli
