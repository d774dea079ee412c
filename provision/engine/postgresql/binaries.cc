#include "provision/engine/postgresql/binaries.h"

#include <pwd.h>
#include <unistd.h>

#include <vector>

#include "provision/base/error.h"
#include "provision/base/process.h"
#include "provision/base/text.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

bool has_server(const fs::path& folder) {
  return ::access((folder / "postgres").c_str(), X_OK) == 0 &&
         ::access((folder / "initdb").c_str(), X_OK) == 0;
}

/// `parent`/<version>`suffix` with a server in it, the newest version; `prefix` leads the version.
std::optional<fs::path> newest_in(const fs::path& parent, const std::string& prefix) {
  std::optional<fs::path> newest;
  int best = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) != 0) continue;
    const int major = std::atoi(name.c_str() + prefix.size());
    if (major <= best || !has_server(entry.path() / "bin")) continue;
    best = major;
    newest = entry.path() / "bin";
  }
  return newest;
}

std::optional<fs::path> find_folder() {
  if (const auto program = find_program("postgres")) {
    const fs::path folder = fs::weakly_canonical(*program).parent_path();
    if (has_server(folder)) return folder;
  }
  for (const auto& [parent, prefix] :
       {std::pair{"/usr/lib/postgresql", ""}, {"/usr", "pgsql-"}, {"/opt", "pgsql-"}}) {
    if (auto folder = newest_in(parent, prefix)) return folder;
  }
  if (const auto program = find_program("pg_config")) {
    Command command;
    command.program = *program;
    command.arguments = {"--bindir"};
    const fs::path folder{std::string(trimmed(run(command).output))};
    if (has_server(folder)) return folder;
  }
  return std::nullopt;
}

std::optional<Binaries> look() {
  const auto folder = find_folder();
  if (!folder) return std::nullopt;
  Command command;
  command.program = *folder / "postgres";
  command.arguments = {"--version"};
  // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
  const std::string output = run(command).output;
  const size_t at = output.find_first_of("0123456789");
  if (at == std::string::npos) return std::nullopt;
  const std::string version = output.substr(at, output.find_first_of(" \n", at) - at);
  return Binaries{*folder, version, std::atoi(version.c_str())};
}

}  // namespace

const std::optional<Binaries>& find_binaries() {
  static const std::optional<Binaries> found = look();
  return found;
}

const Binaries& binaries() {
  const auto& found = find_binaries();
  if (found) return *found;
  throw unavailable("no PostgreSQL server is installed on this machine",
                    "apt-get install postgresql");
}

ServerUser server_user() {
  if (::geteuid() != 0) return {"", ::geteuid(), ::getegid()};
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name); entry != nullptr) {
      return {name, entry->pw_uid, entry->pw_gid};
    }
  }
  throw unavailable("a PostgreSQL server cannot run as root, and there is no user 'postgres'",
                    "apt-get install postgresql");
}

}  // namespace provision::postgresql
