#include "provision/ops/drift/drift.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "provision/base/error.h"
#include "provision/base/shared_progress.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/cli/report_options.h"
#include "provision/engine/engines.h"
#include "provision/ops/drift/saved.h"

namespace provision::cli {
namespace {

struct Arguments {
  std::vector<std::string> sides;
  std::string left_url_env;
  std::string right_url_env;
  std::string since;
  bool all = false;
  Detail detail = Detail::full;
  DriftOptions options;
};

DriftPlace place_of(Context& context) {
  return {.project = [&context]() -> const Project& { return context.project(); },
          .folder = context.folder(),
          .variables = context.variables(),
          .database = context.options().database,
          .environment = context.options().environment};
}

DriftSource chosen_environment(const DriftPlace& place, Context& context) {
  const std::string& said = context.options().environment;
  return environment_source(place, said.empty() ? context.project().default_environment() : said);
}

/// The sides in the order in which they were said: names, then variables.
std::vector<DriftSource> sides_of(const Arguments& arguments, const DriftPlace& place,
                                  Context& context) {
  std::vector<std::string> words = arguments.sides;
  std::vector<DriftSource> sides;
  const auto take = [&]() {
    const std::string word = words.front();
    words.erase(words.begin());
    // `head` belongs to the other side, which is not known yet.
    return word == "head" ? DriftSource{.kind = DriftSource::Kind::head}
                          : named_source(place, word, context.console());
  };
  if (!arguments.left_url_env.empty()) {
    sides.push_back(variable_source(place, arguments.left_url_env));
  } else if (!words.empty()) {
    sides.push_back(take());
  }
  if (!arguments.right_url_env.empty()) {
    sides.push_back(variable_source(place, arguments.right_url_env));
  } else if (!words.empty()) {
    sides.push_back(take());
  }
  if (!words.empty()) {
    throw usage_error("two sides are compared, and more than two are said",
                      "`--left-url-env` and `--right-url-env` stand for a side each");
  }
  return sides;
}

/// Gives `head` the environment of the other side, or the one that is chosen.
void settle_head(DriftSource& side, const DriftSource& other, const DriftPlace& place,
                 Context& context) {
  if (side.kind != DriftSource::Kind::head || side.environment) return;
  side = head_of(other.environment && other.kind == DriftSource::Kind::database
                     ? other
                     : chosen_environment(place, context));
}

bool is_schema(const DriftSource& side) { return side.kind == DriftSource::Kind::schema; }

/// Two files do not say for which engine they are; then it is said, or that of the environment.
std::string engine_of_files(const Arguments& arguments, const std::vector<DriftSource>& sides,
                            const DriftPlace& place, Context& context) {
  const std::string& said = arguments.options.engine;
  const std::vector<std::string> known = engine_names();
  if (!said.empty() && std::find(known.begin(), known.end(), said) == known.end()) {
    throw usage_error(fmt::format("there is no engine '{}'", said),
                      fmt::format("known: {}", joined(known, ", ")));
  }
  const bool are_files = std::all_of(sides.begin(), sides.end(), &is_schema);
  if (!are_files && !said.empty()) {
    throw usage_error("`--engine` is for two schema files, the other sides know theirs");
  }
  if (!are_files || !said.empty()) return said;
  std::set<std::string> engines;
  try {
    for (const DatabaseSpec& spec : chosen_environment(place, context).databases) {
      engines.insert(spec.engine);
    }
  } catch (const Error& error) {
    // Files can be compared where there is no environment.
    if (error.kind() != ErrorKind::usage) throw;
  }
  return engines.size() == 1 ? *engines.begin() : "";
}

/// 4 where nothing differs as far as could be seen, and not all could.
Report told(DriftAnswer answer, Context& context) {
  if (answer.unread > 0 && answer.report.findings.size() == static_cast<size_t>(answer.unread)) {
    context.exit_code = static_cast<int>(ErrorKind::unavailable);
  }
  return std::move(answer.report);
}

DriftAnswer compare_all(const Arguments& arguments, const DriftPlace& place, Context& context,
                        Engines& engines, Progress& progress) {
  if (!arguments.sides.empty() || !arguments.since.empty()) {
    throw usage_error("`--all` compares every environment with its head, and no other sides");
  }
  std::vector<DriftSource> environments;
  std::vector<std::pair<std::string, std::string>> problems;
  for (const std::string& name : context.project().environment_names()) {
    const EnvironmentOutline outline = context.project().outline(name);
    if (!outline.problem.empty()) {
      problems.emplace_back(name, outline.problem);
    } else if (outline.kind) {
      environments.push_back(environment_source(place, name));
    }
  }
  return drift_all(environments, problems, arguments.options, engines, progress);
}

Report run(Arguments arguments, Context& context) {
  context.console().choose(arguments.detail);
  const DriftPlace place = place_of(context);
  SharedProgress progress(context.console());
  Engines engines(progress);
  if (arguments.all) {
    return told(compare_all(arguments, place, context, engines, progress), context);
  }
  std::vector<DriftSource> sides = sides_of(arguments, place, context);
  if (sides.empty()) sides.push_back(chosen_environment(place, context));
  if (!arguments.since.empty()) {
    if (sides.size() != 1) {
      throw usage_error("`--since` is what is expected, and another side says so, too");
    }
    sides.insert(sides.begin(), saved_source(sides.front(), arguments.since));
  } else if (sides.size() == 1) {
    sides.insert(sides.begin(), DriftSource{.kind = DriftSource::Kind::head});
  }
  settle_head(sides[0], sides[1], place, context);
  settle_head(sides[1], sides[0], place, context);
  arguments.options.engine = engine_of_files(arguments, sides, place, context);
  return told(drift(sides[0], sides[1], arguments.options, engines, progress), context);
}

Action declare(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("SIDES", arguments->sides,
                 "[EXPECTED] ACTUAL, each an environment, head, schema:FILE, snapshot:FILE, "
                 "backup:ID or the URL of a database; one alone is compared with head")
      ->type_name("");
  app.add_option("--left-url-env", arguments->left_url_env,
                 "What is expected, by the variable that has its URL")
      ->type_name("VAR");
  app.add_option("--right-url-env", arguments->right_url_env, "What is there, likewise")
      ->type_name("VAR");
  app.add_flag("--all", arguments->all, "Compare every environment with its head");
  app.add_option("--at", arguments->options.at,
                 "The revision of head (default: the one that the other side has)")
      ->type_name("REVISION");
  app.add_option("--engine", arguments->options.engine,
                 "The engine of two schema files (default: the environment's)")
      ->type_name("NAME");
  app.add_flag("--data", arguments->options.data, "Compare the rows of upsert and sync seeds, too");
  app.add_option("--save", arguments->options.save,
                 "Keep what was read of the environment, for `--since`")
      ->type_name("NAME");
  app.add_option("--since", arguments->since, "Compare an environment with what was kept of it")
      ->type_name("NAME");
  app.add_flag("--partitions", arguments->options.partitions,
               "Compare partitions that are made while the application runs, too");
  app.add_flag("--hash-bodies", arguments->options.hash_bodies,
               "Show hashes for the bodies of functions, views and triggers");
  add_detail_options(app, arguments->detail);
  return [arguments](Context& context) { return run(*arguments, context); };
}

}  // namespace

Command drift_command() {
  return {"drift",
          kAssurance,
          "Report what differs between two databases, or one and its migrations",
          "provision drift staging production\nprovision drift production\n"
          "provision drift snapshot:before.json dev\n"
          "provision drift --all --brief --report html=drift.html",
          &declare,
          true};
}

}  // namespace provision::cli
