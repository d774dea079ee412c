// The terminal: where reports, progress and errors go, and where a person is asked.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "provision/base/error.h"
#include "provision/base/progress.h"
#include "provision/base/variables.h"
#include "provision/model/report.h"
#include "provision/report/render.h"

namespace provision::cli {

struct ConsoleOptions {
  std::string format = "text";
  std::string output;  ///< a file; empty: standard output
  std::string color = "auto";
  bool quiet = false;
  int verbosity = 0;  ///< 1: more columns and a line per step; 2: SQL too
};

/// Standard output carries the report alone; all else goes to standard error, and what moves is
/// shown on a terminal only.
class Console final : public Progress {
 public:
  Console(const ConsoleOptions& options, const Variables& variables);

  void step(std::string_view what) override;
  void done(std::chrono::duration<double, std::milli> took) override;
  void note(std::string_view text) override;
  void detail(std::string_view text) override;

  /// How much of a comparison the text tells from now on.
  void choose(Detail detail) { detail_ = detail; }
  /// Writes `report` where it was asked for, and its hints to standard error.
  void show(const Report& report);
  void show(const std::string& command, const Error& error);
  /// True if a person at the terminal typed `expected`.
  bool confirm(const std::string& question, const std::string& expected);

 private:
  void erase_line();

  ConsoleOptions options_;
  bool stderr_is_terminal_;
  bool colour_stdout_;
  bool colour_stderr_;
  bool line_open_ = false;
  std::string current_;
  Detail detail_ = Detail::full;
};

}  // namespace provision::cli
