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

/// "15.18" of "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"; empty if it does not say.
std::string version_of(const fs::path& folder) {
  Command command;
  command.program = folder / "postgres";
  command.arguments = {"--version"};
  const std::string output = run(command).output;
  const size_t at = output.find_first_of("0123456789");
  return at == std::string::npos ? std::string()
                                 : output.substr(at, output.find_first_of(" \n", at) - at);
}

/// `parent`/`prefix`<version>/bin with a server in it, the newest version.
std::optional<Binaries> newest_in(const fs::path& parent, const std::string& prefix) {
  std::optional<Binaries> newest;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(prefix, 0) != 0) continue;
    const int major = std::atoi(name.c_str() + prefix.size());
    if (major <= (newest ? newest->major : 0) || !has_server(entry.path() / "bin")) continue;
    newest = Binaries{entry.path() / "bin", major};
  }
  return newest;
}

std::optional<Binaries> in_folder(const fs::path& folder) {
  if (!has_server(folder)) return std::nullopt;
  const int major = std::atoi(version_of(folder).c_str());
  return major > 0 ? std::optional(Binaries{folder, major}) : std::nullopt;
}

std::optional<Binaries> look() {
  if (const auto program = find_program("postgres")) {
    if (auto found = in_folder(fs::weakly_canonical(*program).parent_path())) return found;
  }
  // What these folders are called is taken for it: asking takes longer than most commands do.
  for (const auto& [parent, prefix] :
       {std::pair{"/usr/lib/postgresql", ""}, {"/usr", "pgsql-"}, {"/opt", "pgsql-"}}) {
    if (auto found = newest_in(parent, prefix)) return found;
  }
  if (const auto program = find_program("pg_config")) {
    Command command;
    command.program = *program;
    command.arguments = {"--bindir"};
    return in_folder(std::string(trimmed(run(command).output)));
  }
  return std::nullopt;
}

}  // namespace

std::string Binaries::version() const { return version_of(folder); }

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
