#include "provision/ops/python/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/base/variables.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemPython = "/usr/bin/python3";

// A folder "alembic" beside us is not the package.
constexpr const char* kLook =
    "import sys; sys.path = [p for p in sys.path if p]; import importlib.util; "
    "sys.exit(importlib.util.find_spec('alembic') is None)";

// Packages say their versions in the names of folders beside them.
constexpr const char* kPackages =
    "import os, sys\n"
    "print(sys.version)\n"
    "for path in sys.path:\n"
    "    if path and os.path.isdir(path):\n"
    "        print(*sorted(name for name in os.listdir(path)\n"
    "                      if name.endswith(('.dist-info', '.egg-info', '.pth'))))\n";

bool has_alembic(const fs::path& python) {
  const Outcome outcome =
      run({.program = python, .arguments = {"-c", kLook}, .deadline = std::chrono::seconds(30)});
  return outcome.exit_code == 0;
}

void add_environments_of(const fs::path& folder, std::vector<fs::path>& candidates) {
  for (const char* name : {".venv", "venv", "env"}) {
    candidates.push_back(folder / name / "bin" / "python");
  }
}

std::vector<fs::path> candidates_for(const fs::path& folder, const fs::path& root) {
  std::vector<fs::path> candidates;
  if (const auto active = find_variable(current_variables(), "VIRTUAL_ENV")) {
    candidates.push_back(fs::path(*active) / "bin" / "python");
  }
  for (fs::path at = folder; is_within(at, root); at = at.parent_path()) {
    add_environments_of(at, candidates);
    if (at == at.parent_path()) break;
  }
  if (const auto on_path = find_program("python3")) candidates.push_back(*on_path);
  candidates.emplace_back(kSystemPython);
  std::error_code ignored;
  std::erase_if(candidates, [&](const fs::path& one) { return !fs::exists(one, ignored); });
  return candidates;
}

}  // namespace

fs::path find_interpreter(const std::string& said, const fs::path& folder, const fs::path& root) {
  if (!said.empty()) {
    const auto found = find_program(said);
    if (found && fs::exists(*found)) return *found;
    throw usage_error(fmt::format("there is no Python at '{}'", said),
                      "`python:` in the environment file says where it is");
  }
  std::vector<std::string> without;
  for (const fs::path& candidate : candidates_for(folder, root)) {
    if (std::find(without.begin(), without.end(), candidate.string()) != without.end()) continue;
    if (has_alembic(candidate)) return candidate;
    without.push_back(candidate.string());
  }
  constexpr std::string_view kHint =
      "install the project's packages in .venv, or say where they are: `python: "
      "path/to/bin/python` in the environment file";
  if (without.empty()) {
    throw usage_error("these revisions are Python, and there is no Python here",
                      std::string(kHint));
  }
  throw usage_error(fmt::format("these revisions need Alembic, and no Python here has it ({})",
                                joined(without, ", ")),
                    std::string(kHint));
}

std::string packages_of(const fs::path& python) {
  const Outcome outcome = run(
      {.program = python, .arguments = {"-c", kPackages}, .deadline = std::chrono::seconds(30)});
  if (outcome.exit_code == 0) return outcome.output;
  throw unavailable(fmt::format("'{}' cannot say which packages it has: {}", python.string(),
                                trimmed(outcome.errors)));
}

}  // namespace provision
