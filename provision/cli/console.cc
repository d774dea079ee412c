#include "provision/cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "provision/base/file.h"
#include "provision/base/interrupt.h"
#include "provision/base/secret.h"
#include "provision/base/text.h"

namespace provision::cli {
namespace {

/// A device or a pipe is written to; only a file is replaced.
void write_output(const std::string& path, const std::string& text) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored) || std::filesystem::is_regular_file(path, ignored)) {
    write_file(path, text, true);
    return;
  }
  std::ofstream stream(path, std::ios::binary | std::ios::app);
  stream << text << std::flush;
  if (!stream) throw unavailable(fmt::format("cannot write to '{}'", path));
}

bool wants_colour(const ConsoleOptions& options, const Variables& variables, int descriptor) {
  if (options.color == "always") return true;
  if (options.color == "never") return false;
  const auto no_color = find_variable(variables, "NO_COLOR");
  if (no_color && !no_color->empty()) return false;
  return isatty(descriptor) == 1 && find_variable(variables, "TERM").value_or("dumb") != "dumb";
}

/// Throws unavailable Error when the text could not be written: a report that is cut is no answer.
void write(std::FILE* stream, std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  const bool flushed = std::fflush(stream) == 0;
  if ((!written || !flushed) && stream == stdout) {
    throw unavailable("cannot write to standard output");
  }
}

}  // namespace

Console::Console(const ConsoleOptions& options, const Variables& variables)
    : options_(options),
      stderr_is_terminal_(isatty(STDERR_FILENO) == 1),
      colour_stdout_(options.output.empty() && wants_colour(options, variables, STDOUT_FILENO)),
      colour_stderr_(wants_colour(options, variables, STDERR_FILENO)) {}

void Console::erase_line() {
  if (line_open_) write(stderr, "\r\033[K");
  line_open_ = false;
}

void Console::step(std::string_view what) {
  current_ = printable(redacted(what));
  if (options_.quiet || !stderr_is_terminal_) return;
  erase_line();
  write(stderr, fmt::format("{} ...", current_));
  line_open_ = true;
}

void Console::done(std::chrono::duration<double, std::milli> took) {
  erase_line();
  if (options_.quiet || options_.verbosity == 0) return;
  write(stderr, fmt::format("{}  {:.1f} ms\n", current_, took.count()));
}

void Console::note(std::string_view text) {
  erase_line();
  if (!options_.quiet) write(stderr, fmt::format("provision: {}\n", printable(redacted(text))));
}

void Console::detail(std::string_view text) {
  if (options_.quiet || options_.verbosity < 2) return;
  erase_line();
  write(stderr, printable(redacted(text), true) + "\n");
}

void Console::show(const Report& report) {
  erase_line();
  const std::string text =
      render(report, options_.format,
             {.colour = colour_stdout_, .verbose = options_.verbosity > 0, .detail = detail_});
  if (!options_.output.empty()) {
    write_output(options_.output, text);
  } else if (!options_.quiet || options_.format != "text") {
    write(stdout, text);
  }
  if (options_.quiet || options_.format != "text") return;
  for (const std::string& hint : report.hints) write(stderr, fmt::format("hint: {}\n", hint));
}

void Console::show(const std::string& command, const Error& error) {
  erase_line();
  const bool is_json = options_.format == "json";
  if (is_json || options_.format == "github") {
    const std::string text = is_json ? error_json(command, error) : error_github(command, error);
    if (options_.output.empty()) {
      write(stdout, text);
    } else {
      write_output(options_.output, text);
    }
  }
  std::string message = printable(redacted(error.message()), true);
  if (!error.code().empty()) message += fmt::format(" [{}]", error.code());
  write(stderr, fmt::format("{} {}\n",
                            colour_stderr_ ? "\033[31mprovision:\033[0m" : "provision:", message));
  if (!error.hint().empty()) {
    write(stderr, fmt::format("hint: {}\n", printable(redacted(error.hint()), true)));
  }
}

bool Console::confirm(const std::string& question, const std::string& expected) {
  if (isatty(STDIN_FILENO) != 1 || !stderr_is_terminal_) return false;
  erase_line();
  write(stderr, printable(question) + " ");
  std::string answer;
  const bool answered = static_cast<bool>(std::getline(std::cin, answer));
  stop_if_interrupted();
  return answered && trimmed(answer) == expected;
}

}  // namespace provision::cli
