#include "provision/engine/postgresql/client_programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/base/variables.h"
#include "provision/engine/postgresql/binaries.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

bool has_programs(const fs::path& folder) {
  return ::access((folder / "pg_dump").c_str(), X_OK) == 0 &&
         ::access((folder / "pg_restore").c_str(), X_OK) == 0;
}

/// Debian's choose a version themselves, by what they are asked for.
bool is_wrapper(const fs::path& folder) {
  std::error_code ignored;
  return fs::weakly_canonical(folder / "pg_dump", ignored).filename() != "pg_dump";
}

void add_versions(std::vector<fs::path>& folders, const fs::path& parent,
                  const std::string& prefix) {
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, missing)) {
    if (entry.path().filename().string().starts_with(prefix)) {
      folders.push_back(entry.path() / "bin");
    }
  }
}

/// "15.18" of "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; nothing for what is no
/// pg_dump.
std::optional<std::string> version_in(const fs::path& folder) {
  const Outcome outcome = run({.program = folder / "pg_dump",
                               .arguments = {"--version"},
                               .deadline = std::chrono::seconds(10)});
  const std::string_view mark = "(PostgreSQL) ";
  const size_t at = outcome.output.find(mark);
  if (outcome.exit_code != 0 || at == std::string::npos) return std::nullopt;
  const size_t begin = at + mark.size();
  return outcome.output.substr(begin, outcome.output.find_first_of(" \n", begin) - begin);
}

}  // namespace

std::vector<fs::path> client_folders() {
  std::vector<fs::path> folders;
  const Variables variables = current_variables();
  if (const auto path = find_variable(variables, "PATH")) {
    for (const std::string& part : split_list(*path, ':')) {
      if (!is_wrapper(part)) folders.emplace_back(part);
    }
  }
  add_versions(folders, "/usr/lib/postgresql", "");
  add_versions(folders, "/usr", "pgsql-");
  add_versions(folders, "/opt", "pgsql-");
  if (const auto& found = find_binaries()) folders.push_back(found->folder);
  return folders;
}

ClientPrograms client_programs(const std::vector<fs::path>& folders, int major) {
  std::optional<ClientPrograms> best;
  std::string newest;
  for (const fs::path& folder : folders) {
    if (!has_programs(folder)) continue;
    const auto version = version_in(folder);
    if (!version) continue;
    const int found = std::atoi(version->c_str());
    if (found == major) return {folder, *version};
    if (newest.empty() || found > std::atoi(newest.c_str())) newest = *version;
    if (found > major && (!best || found < std::atoi(best->version.c_str()))) {
      best = ClientPrograms{folder, *version};
    }
  }
  if (best) return *best;
  const std::string hint = fmt::format("apt-get install postgresql-client-{}", major);
  if (newest.empty()) throw unavailable("'pg_dump' and 'pg_restore' are not installed", hint);
  throw unavailable(
      fmt::format("pg_dump {} is too old for a server of PostgreSQL {}", newest, major), hint);
}

}  // namespace provision::postgresql
