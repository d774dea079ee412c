// What only reads the revisions: against the bare start of the program, and against a tenth of
// them.
#include <fmt/format.h>

#include <memory>

#include "tests/bench/bench.h"
#include "tests/bench/history.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

constexpr double kLimit = 3;
constexpr double kGrowthLimit = 1.2;  // linear, but for caches that get too small

std::shared_ptr<Project> project_of(int revisions) {
  auto project = std::make_shared<Project>();
  write_revisions(make_history(revisions, Dialect::sqlite), project->path() / "migrations");
  return project;
}

}  // namespace

void register_reading() {
  using Words = std::vector<std::string>;
  for (const Words& words : {Words{"history"}, Words{"heads"}, Words{"show", "head"}}) {
    register_contest(fmt::format("{}/1000", words[0]), 31, [words](benchmark::State& state) {
      const auto project = project_of(1000);
      contest(state, {.program = project->provision(words)},
              {.program = project->provision({"--version"})}, kLimit);
    });
    register_contest(fmt::format("{}/10000", words[0]), 7, [words](benchmark::State& state) {
      const auto large = project_of(10000);
      const auto small = project_of(1000);
      contest(state, {.program = large->provision(words)}, {.program = small->provision(words)},
              kGrowthLimit, 10);
    });
  }
}

}  // namespace provision::bench
