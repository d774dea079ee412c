// The example project made anew: against sqlite3 replaying what reset runs into a fresh file.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

void copy_example(const fs::path& folder) {
  for (const char* name : {"environments", "migrations", "seeds"}) {
    fs::copy(fs::path(PROVISION_SOURCE_DIR) / name, folder / name,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
}

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// What stands in `text` under `heading`, up to the next section.
std::string section(const std::string& text, const std::string& heading) {
  const size_t at = text.find(heading + "\n");
  if (at == std::string::npos) return {};
  const size_t begin = at + heading.size() + 1;
  return text.substr(begin, text.find("-- provision:", begin) - begin);
}

/// The up sections of the example, in the order of their names, a transaction each.
std::string up_sections(const fs::path& migrations) {
  std::vector<fs::path> files(fs::directory_iterator{migrations}, fs::directory_iterator{});
  std::sort(files.begin(), files.end());
  std::string script;
  for (const fs::path& file : files) {
    if (file.extension() != ".sql") continue;
    const std::string text = text_of(file);
    std::string up = section(text, "-- provision:up sqlite");
    if (up.empty()) up = section(text, "-- provision:up");
    const bool alone = text.find("\n-- transaction: off") != std::string::npos;
    script += alone ? up : fmt::format("BEGIN;\n{}COMMIT;\n", up);
  }
  return script;
}

/// The rows of the database `file`; those that a revision wrote are there already.
std::string rows_of(const fs::path& file) {
  const std::string dump = output_of({{"sqlite3", file, ".dump --data-only"}});
  std::istringstream lines(dump);
  std::string script;
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kInsert = "INSERT INTO ";
    const bool begins_row = line.starts_with(kInsert);
    const std::string_view table = std::string_view(line).substr(begins_row ? kInsert.size() : 0);
    if (table.starts_with("_provision_") || table.starts_with("sqlite_")) continue;
    script += (begins_row ? "INSERT OR IGNORE INTO " + line.substr(kInsert.size()) : line) + "\n";
  }
  return script;
}

void reset(benchmark::State& state) {
  const Project project;
  copy_example(project.path());
  timed(project.provision({"reset", "-e", "dev"}));
  const fs::path script = project.path() / "floor.sql";
  write_text(script,
             up_sections(project.path() / "migrations") + rows_of(project.path() / "var/dev.db"));
  const fs::path fresh = project.path() / "floor.db";
  contest(state, {.program = project.provision({"reset", "-e", "dev"})},
          {[&] { fs::remove(fresh); }, {{"sqlite3", "-bail", fresh}, script}}, 1);
}

}  // namespace

void register_reset() { register_contest("reset/sqlite", 31, &reset); }

}  // namespace provision::bench
