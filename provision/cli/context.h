// What a command is run with: the global options, and what they lead to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "provision/base/variables.h"
#include "provision/cli/console.h"
#include "provision/engine/engines.h"
#include "provision/ops/workspace.h"
#include "provision/project/project.h"

namespace provision::cli {

/// Which migrations, where it is not as the environment says.
struct MigrationsOptions {
  std::string path;                    ///< their folder, or a configuration of Alembic
  std::string section;                 ///< of that configuration
  std::vector<std::string> arguments;  ///< "key=value", for env.py
};

struct GlobalOptions {
  std::string environment;
  std::string database;
  std::string folder = ".";
  int lock_timeout = 60;  ///< seconds
  MigrationsOptions migrations;
  ConsoleOptions console;
};

class Context {
 public:
  Context(std::string command, GlobalOptions options, Variables variables);

  const std::string& command() const { return command_; }
  const GlobalOptions& options() const { return options_; }
  const Variables& variables() const { return variables_; }
  std::filesystem::path folder() const;
  Console& console() { return console_; }
  Engines& engines() { return engines_; }
  const Project& project();
  /// The chosen environment and its chosen databases.
  const Workspace& workspace();

  /// The exit code of a program that was run for the user; replaces ours.
  std::optional<int> exit_code;

 private:
  std::string command_;
  GlobalOptions options_;
  Variables variables_;
  Console console_;
  Engines engines_;
  std::optional<Project> project_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace provision::cli
