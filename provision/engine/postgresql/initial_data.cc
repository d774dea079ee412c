#include "provision/engine/postgresql/initial_data.h"

#include <unistd.h>

#include "provision/base/descriptor.h"
#include "provision/base/error.h"
#include "provision/base/file.h"
#include "provision/base/hash.h"
#include "provision/base/process.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/data_copy.h"

namespace provision::postgresql {
namespace {

namespace fs = std::filesystem;

/// All that initdb fixes, but for where; the locale is what the machine has.
std::vector<std::string> initdb_arguments(std::string_view locale) {
  return {"--no-sync",    "-E", "UTF8",    fmt::format("--locale={}", locale),
          "--auth=trust", "-U", "postgres"};
}

/// The name of the folder that our initdb makes: the same for the same programs and arguments.
std::string initial_name() {
  std::string fixed = binaries().folder.string();
  for (const std::string& argument : initdb_arguments("C.UTF-8")) fixed += "\n" + argument;
  return fmt::format("initdb-{}-{}", binaries().version(), sha256(fixed).substr(0, 8));
}

Outcome initdb(std::string_view locale, const fs::path& target, const ServerUser& user) {
  Command command;
  command.program = binaries().folder / "initdb";
  command.arguments = initdb_arguments(locale);
  command.arguments.insert(command.arguments.end(), {"-D", target.string()});
  command.user = user.name;
  command.folder = "/";
  return run(command);
}

void run_initdb(const fs::path& target, const ServerUser& user) {
  claim_folder(target, user.uid, user.gid, 0700);
  Outcome outcome = initdb("C.UTF-8", target, user);
  if (outcome.exit_code != 0) outcome = initdb("C", target, user);
  if (outcome.exit_code == 0) return;
  throw unavailable(fmt::format("initdb failed: {}", trimmed(outcome.errors)));
}

/// A data folder as initdb makes it, which nobody changes: a copy takes a tenth of the time. Who
/// wants it while another process makes it waits.
fs::path initial_data(const ServerUser& user) {
  const fs::path cache = disk_place();
  claim_own_folder(cache);
  const std::string name = initial_name();
  const fs::path made = cache / name;
  if (fs::exists(made / "PG_VERSION")) return made;
  FileLock building(cache / (name + ".lock"));
  building.lock();
  if (fs::exists(made / "PG_VERSION")) return made;
  // What is there is of a process that was killed while it held the lock.
  const fs::path fresh = cache / ("building-" + name);
  fs::remove_all(fresh);
  fs::remove_all(made);
  try {
    run_initdb(fresh, user);
    // From now on ours: what a server's user put into it, root would copy.
    if (::chown(fresh.c_str(), ::geteuid(), ::getegid()) != 0) {
      throw system_error("cannot make", fresh, errno);
    }
    fs::rename(fresh, made);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    throw;
  }
  return made;
}

}  // namespace

void make_data_folder(const ServerFolders& folders, const ServerUser& user) {
  if (has_data(folders)) return;
  const fs::path initial = initial_data(user);
  fs::path fresh = folders.data;
  fresh += ".new";
  try {
    fs::remove_all(fresh);
    copy_data(initial, fresh, user, folders.in_memory);
    // What is there is not a whole data folder, or it would have been taken.
    fs::remove_all(folders.data);
    fs::rename(fresh, folders.data);
  } catch (const Error& error) {
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    throw error.within("cannot make the data of a server");
  }
}

}  // namespace provision::postgresql
