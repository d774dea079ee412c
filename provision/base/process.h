// Other programs: finding them, running them to their end, handing the terminal to them.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace provision {

/// A program and what it gets. Arguments are never joined into a shell line.
struct Command {
  std::filesystem::path program;
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> variables = {};  ///< added to, or replacing, our environment's
  std::string input = {};                             ///< its standard input; then end of file
  std::filesystem::path folder = {};                  ///< where it runs; empty: here
  std::string user = {};                              ///< runs as this user, if we are root
  std::chrono::milliseconds deadline = std::chrono::minutes(10);  ///< then it is killed
  int input_descriptor = -1;   ///< read instead of `input`, if there is one
  int output_descriptor = -1;  ///< written to instead of what `Outcome` keeps, if there is one
};

struct Outcome {
  int exit_code = 0;  ///< 128 + signal if a signal ended it
  std::string output;
  std::string errors;  ///< both bounded: the first and the last 32 KiB are kept
};

/// The file `name` names on PATH, if there is one; a name with a slash is taken as it is.
std::optional<std::filesystem::path> find_program(const std::string& name);

/// Runs `command` to its end and keeps what it prints. Its death follows ours. Throws unavailable
/// Error when it cannot be started or passes its deadline; an exit code is an answer, not an Error.
Outcome run(const Command& command);

/// Runs `command` on our terminal and returns its exit code; signals that we get go to it.
int run_attached(const Command& command);

/// Starts `command`, with low priority and without a terminal, and lets it go: it lives on after
/// us. What it prints is added to `log`.
void start_detached(const Command& command, const std::filesystem::path& log);

}  // namespace provision
