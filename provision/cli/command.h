// A command of the program: what it is called, what it takes, what it does.
#pragma once

#include <functional>
#include <string_view>

#include "provision/cli/context.h"
#include "provision/model/report.h"

namespace CLI {
class App;
}

namespace provision::cli {

/// Does the command's work, after its arguments were read.
using Action = std::function<Report(Context&)>;

struct Command {
  std::string_view name;
  std::string_view group;  ///< the heading it stands under in `provision --help`
  std::string_view summary;
  std::string_view example;          ///< one or more command lines
  Action (*declare)(CLI::App& app);  ///< adds the command's own options and returns its work
  bool has_checks = false;           ///< answers in every format, and to files with `--report`
};

inline constexpr std::string_view kEnvironments = "environments";
inline constexpr std::string_view kMigrations = "migrations";
inline constexpr std::string_view kData = "data";
inline constexpr std::string_view kAssurance = "assurance";

}  // namespace provision::cli
