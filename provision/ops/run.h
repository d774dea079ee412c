// `run`: fresh databases for one command.
#pragma once

#include <string>
#include <vector>

#include "provision/base/variables.h"
#include "provision/ops/borrowed.h"

namespace provision {

/// What becomes of the databases when the command has ended.
enum class Keep { never, on_failure, always };

struct RunOptions {
  std::vector<std::string> command;  ///< its name and its arguments
  Keep keep = Keep::never;
  FreshOptions contents;
  Variables variables;  ///< what the command gets beside those of its databases
  Refill refill;
};

/// Runs the command with a fresh database for each of the workspace, whose URLs are in its
/// environment, and returns its exit code. The databases go with it, however it ends. Throws usage
/// Error for an environment that is not disposable, unavailable where there is no such command.
int run_with_databases(const Workspace& workspace, const RunOptions& options);

}  // namespace provision
