#include "provision/cli/app.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/cli/command.h"
#include "provision/cli/context.h"
#include "provision/cli/report_options.h"
#include "provision/report/render.h"

// A new command is its file and its name here.
// clang-format off
#define PROVISION_COMMANDS(X)                                                            \
  X(init) X(list) X(create) X(drop) X(reset) X(status) X(url) X(shell) X(run)            \
  X(up) X(down)                                                                          \
  X(doctor) X(gc)                                                                        \
  X(revision) X(migrate) X(upgrade) X(downgrade) X(stamp) X(merge) X(edit) X(check)      \
  X(current) X(history) X(heads) X(branches) X(show)                                     \
  X(seed) X(backup) X(backups) X(restore)                                                \
  X(verify) X(drift) X(snapshot) X(report)
// clang-format on

namespace provision::cli {

#define PROVISION_DECLARE(name) Command name##_command();
PROVISION_COMMANDS(PROVISION_DECLARE)
#undef PROVISION_DECLARE

namespace {

std::vector<Command> all_commands() {
#define PROVISION_ENTRY(name) name##_command(),
  return {PROVISION_COMMANDS(PROVISION_ENTRY)};
#undef PROVISION_ENTRY
}

constexpr std::string_view kGlobalOptions =
    "Options of every command:\n"
    "  -e, --env NAME        the environment (default: PROVISION_ENV, the one marked default, "
    "dev)\n"
    "  --database NAME       one of its databases (default: all)\n"
    "  --format {:<13}how the answer is written\n"
    "  -o, --output FILE     where to (default: standard output)\n"
    "  -q, --quiet           errors only\n"
    "  -v, --verbose         more columns, a line per step; twice: the SQL too\n"
    "  -C DIR                the project's folder\n"
    "  --color WHEN          auto, always or never (NO_COLOR is respected)\n"
    "  --lock-timeout SEC    how long to wait for another run (default: 60)\n";

/// Of those who come from Alembic, whose `-c` and Flask-Migrate's `-d` are one here.
constexpr std::string_view kMigrationsOptions =
    "  -d, --directory PATH  the migrations: their folder, or an alembic.ini\n"
    "  -n, --name SECTION    of alembic.ini, where it is several projects'\n"
    "  -x KEY=VALUE          an argument for env.py (repeatable)\n";

std::string global_options(bool has_checks, bool has_migrations) {
  return fmt::format(fmt::runtime(kGlobalOptions),
                     has_checks ? "NAME" : joined(format_names(), "|")) +
         (has_migrations ? std::string(kMigrationsOptions) : std::string());
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_option("-e,--env", options.environment);
  app.add_option("--database", options.database);
  app.add_option("--format", options.console.format);
  app.add_option("-o,--output", options.console.output);
  app.add_flag("-q,--quiet", options.console.quiet);
  app.add_flag("-v,--verbose", options.console.verbosity);
  app.add_option("-C", options.folder);
  app.add_option("--color", options.console.color);
  app.add_option("--lock-timeout", options.lock_timeout);
  app.add_option("-d,--directory", options.migrations.path);
  app.add_option("-n,--name", options.migrations.section);
  app.add_option("-x", options.migrations.arguments)->allow_extra_args(false);
}

std::string program_help(const std::vector<Command>& commands) {
  std::string help =
      "provision: databases a team can trust\n\n"
      "Usage: provision COMMAND [OPTIONS]\n";
  std::string_view group;
  for (const Command& command : commands) {
    if (command.group != group) help += fmt::format("\n{}\n", command.group);
    group = command.group;
    help += fmt::format("  {:<12} {}\n", command.name, command.summary);
  }
  return help + "\n" + global_options(false, false) +
         "\n`provision COMMAND --help` tells more, with an example.\n";
}

/// A line of help; a name that reaches into the column of texts has a line of its own.
std::string help_line(const std::string& name, const std::string& text) {
  constexpr size_t kWidth = 22;
  const std::string gap = name.size() < kWidth ? std::string(kWidth - name.size(), ' ')
                                               : "\n" + std::string(kWidth + 2, ' ');
  return fmt::format("  {}{}{}\n", name, gap, text);
}

std::string command_help(const CLI::App& app, const Command& command) {
  std::string positionals;
  std::string lines;
  for (const CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name().empty() ? "" : " " + option->get_type_name();
    if (option->get_positional()) {
      positionals += option->get_required() ? " " + option->get_name()
                                            : fmt::format(" [{}]", option->get_name());
      lines += help_line(option->get_name(), option->get_description());
    } else {
      lines += help_line(joined(split_list(option->get_name(false, true)), ", ") + type,
                         option->get_description());
    }
  }
  std::string help = fmt::format("provision {}: {}\n\nUsage: provision {} [OPTIONS]{}\n\n",
                                 command.name, command.summary, command.name, positionals);
  if (!lines.empty()) help += "Options:\n" + lines + "\n";
  help += global_options(command.has_checks, command.group == kMigrations);
  help += "\nExample:\n";
  for (const std::string_view line : lines_of(command.example)) help += fmt::format("  {}\n", line);
  return help;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What CLI11 says of an option that it knows, in our words. It names the option first, or before
/// the '=' ("Could not convert: --lock-timeout = soon"), and says what is wrong in text alone.
Error misused_option(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string hint = "`--help` shows what it takes";
  constexpr std::string_view kConversion = "Could not convert: ";
  if (text.starts_with(kConversion)) {
    const size_t equals = text.find(" = ");
    const std::string name = text.substr(kConversion.size(), equals - kConversion.size());
    return usage_error(fmt::format("'{}' does not take '{}'", name, text.substr(equals + 3)), hint);
  }
  const std::string name = text.substr(0, text.find(':'));
  if (!name.starts_with('-') || name.find(' ') != std::string::npos) return usage_error(text, hint);
  if (text.ends_with("missing")) return usage_error(fmt::format("'{}' needs a value", name), hint);
  if (text.find("At Most 1") != std::string::npos) {
    return usage_error(fmt::format("'{}' is said more than once", name), "keep one of them");
  }
  return usage_error(fmt::format("'{}' takes no value", name), hint);
}

/// What CLI11 could not make sense of, in our words.
Error misread(const CLI::App& app, const CLI::App* command, const std::vector<Command>& commands,
              const CLI::ParseError& error) {
  const std::vector<std::string> extras = app.remaining(true);
  if (extras.empty()) return misused_option(error);
  const std::string& word = extras.front();
  if (word.starts_with('-')) {
    std::vector<std::string> known = option_names(app);
    if (command != nullptr) {
      for (const std::string& name : option_names(*command)) known.push_back(name);
    }
    const auto suggestion = nearest(word.substr(0, word.find('=')), known);
    return usage_error(
        fmt::format("unknown option '{}'", word),
        suggestion ? fmt::format("did you mean '{}'?", *suggestion) : "`--help` lists them");
  }
  if (command != nullptr) {
    return usage_error(fmt::format("unexpected argument '{}'", word),
                       "`--help` shows what it takes");
  }
  std::vector<std::string> names;
  for (const Command& known : commands) names.emplace_back(known.name);
  const auto suggestion = nearest(word, names);
  return usage_error(fmt::format("unknown command '{}'", word),
                     suggestion ? fmt::format("did you mean '{}'?", *suggestion)
                                : "`provision --help` lists them");
}

void check_format(const std::string& format, const Command* command) {
  const std::vector<std::string> all = check_format_names();
  const bool has_all = command != nullptr && command->has_checks;
  const std::vector<std::string> known = has_all ? all : format_names();
  if (std::find(known.begin(), known.end(), format) != known.end()) return;
  const bool is_for_others = std::find(all.begin(), all.end(), format) != all.end();
  throw usage_error(is_for_others && command != nullptr
                        ? fmt::format("`{}` does not answer as '{}'", command->name, format)
                        : fmt::format("unknown format '{}'", format),
                    name_hint(format, known));
}

void check_words(const GlobalOptions& options, const Command* command) {
  check_format(options.console.format, command);
  const std::vector<std::string> colours = {"auto", "always", "never"};
  if (std::find(colours.begin(), colours.end(), options.console.color) == colours.end()) {
    throw usage_error(fmt::format("unknown --color '{}'", options.console.color),
                      name_hint(options.console.color, colours));
  }
  if (options.lock_timeout < 0) {
    throw usage_error(fmt::format("'--lock-timeout' does not take '{}'", options.lock_timeout),
                      "say a number of seconds; 0 does not wait at all");
  }
}

/// The command line, read: CLI11's view of every command, and where its values go.
class CommandLine {
 public:
  CommandLine() : app_("provision"), commands_(all_commands()) {
    app_.set_help_flag();
    // One command: a second name of one is an argument of the first ("downgrade current").
    app_.require_subcommand(0, 1);
    app_.add_flag("-h,--help", wants_help_);
    app_.add_flag("--version", wants_version_);
    add_global_options(app_, options_);
    for (const Command& command : commands_) {
      CLI::App* sub = app_.add_subcommand(std::string(command.name));
      sub->set_help_flag();
      sub->fallthrough();
      actions_.push_back(command.declare(*sub));
      if (command.has_checks) add_report_option(*sub, reports_);
    }
  }

  /// Throws usage Error.
  void parse(std::vector<std::string> arguments) {
    if (!arguments.empty() && arguments.front() == "help") {
      arguments.erase(arguments.begin());
      arguments.emplace_back("--help");
    }
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      if (wants_help_ && (chosen_app() != nullptr || app_.remaining(true).empty())) return;
      throw misread(app_, chosen_app(), commands_, error);
    }
    check_words(options_, chosen_app() == nullptr ? nullptr : &commands_[index()]);
    report_files_ = report_files(reports_);
  }

  bool wants_version() const { return wants_version_; }
  bool wants_help() const { return wants_help_ || (chosen_app() == nullptr && !wants_version_); }
  bool asked_for_help() const { return wants_help_; }
  std::string help() const {
    const CLI::App* app = chosen_app();
    return app == nullptr ? program_help(commands_) : command_help(*app, commands_[index()]);
  }
  std::string command_name() const {
    return chosen_app() == nullptr ? "" : std::string(commands_[index()].name);
  }
  const Action& action() const { return actions_[index()]; }
  const GlobalOptions& options() const { return options_; }
  const std::vector<ReportFile>& files() const { return report_files_; }

 private:
  const CLI::App* chosen_app() const {
    const std::vector<CLI::App*> chosen = app_.get_subcommands();
    return chosen.empty() ? nullptr : chosen.front();
  }
  size_t index() const {
    size_t i = 0;
    while (commands_[i].name != chosen_app()->get_name()) ++i;
    return i;
  }

  CLI::App app_;
  std::vector<Command> commands_;
  std::vector<Action> actions_;
  GlobalOptions options_;
  std::vector<std::string> reports_;
  std::vector<ReportFile> report_files_;
  bool wants_help_ = false;
  bool wants_version_ = false;
};

int run_command(const CommandLine& line, Context& context) {
  const Report report = line.action()(context);
  try {
    write_reports(report, line.files(), {.verbose = line.options().console.verbosity > 0});
  } catch (const Error&) {
    context.console().show(report);  // found with much work: better told once than not at all
    throw;
  }
  context.console().show(report);
  if (context.exit_code) return *context.exit_code;
  return report.ok() ? 0 : 1;
}

Report version_report() {
  Report report;
  report.command = "version";
  report.facts.push_back({"version", "", PROVISION_VERSION, Shown::json_only});
  report.summary = "provision " PROVISION_VERSION;
  return report;
}

/// `what` at the sink: every failure of the program ends here.
int told(const std::string& command, const GlobalOptions& options, const Variables& variables,
         const Error& error) {
  try {
    Console(options.console, variables).show(command, error);
    return error.exit_code();
  } catch (const Error& second) {
    std::fputs((second.message() + "\n").c_str(), stderr);
    return second.exit_code();
  }
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, const Variables& variables) {
  CommandLine line;
  try {
    line.parse(arguments);
    if (line.wants_version()) {
      Console(line.options().console, variables).show(version_report());
      return 0;
    }
    if (line.wants_help()) {
      std::fputs(line.help().c_str(), line.asked_for_help() ? stdout : stderr);
      return line.asked_for_help() ? 0 : 2;
    }
    Context context(line.command_name(), line.options(), variables);
    return run_command(line, context);
  } catch (const Error& error) {
    return told(line.command_name(), line.options(), variables, error);
  } catch (const std::exception& error) {
    return told(line.command_name(), line.options(), variables, internal_error(error.what()));
  }
}

}  // namespace provision::cli
