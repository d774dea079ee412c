#include "provision/engine/sqlite/kept.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "provision/base/file.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/engine/sqlite/connection.h"
#include "provision/engine/sqlite/database.h"

namespace provision::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeal = ".seal";

fs::path seal_of(const fs::path& path) { return path.string() + std::string(kSeal); }

/// What no change to the file leaves as it is: nobody can set the time of its last change.
std::string print_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return fmt::format("{} {} {}.{:09}", status.st_size, status.st_ino, status.st_ctim.tv_sec,
                     status.st_ctim.tv_nsec);
}

bool is_beside_a_database(const std::string& name) {
  constexpr std::array<std::string_view, 4> kSuffixes = {"-wal", "-shm", "-journal", kSeal};
  return std::any_of(kSuffixes.begin(), kSuffixes.end(),
                     [&](std::string_view suffix) { return name.ends_with(suffix); });
}

KeptDatabase described(const fs::path& path) {
  KeptDatabase found{.name = path.filename().string(), .object_id = object_id(path)};
  std::error_code gone;
  const auto size = fs::file_size(path, gone);
  if (!gone) found.size = static_cast<std::int64_t>(size);
  if (!fs::exists(seal_of(path), gone)) return found;
  const std::string text = read_bytes(seal_of(path));
  const std::string_view line = trimmed(text);
  const size_t blank = std::min(line.find(' '), line.size());
  found.made_at = line.substr(0, blank);
  found.is_sealed = blank < line.size() && line.substr(blank + 1) == print_of(path);
  return found;
}

}  // namespace

void seal(const fs::path& built, const fs::path& place) {
  {
    // One file, complete in itself.
    SQLite::Database database = open(built, false);
    execute(database, "PRAGMA journal_mode = delete");
  }
  using fs::perms;
  fs::permissions(built, perms::owner_write | perms::group_write | perms::others_write,
                  fs::perm_options::remove);
  sync_path(built);
  // Before it is true: who finds the file without its seal may not be able to write to it.
  write_file(seal_of(place), utc_now() + "\n", true);
  fs::rename(built, place);
  sync_path(place.parent_path());
  write_file(seal_of(place), fmt::format("{} {}\n", utc_now(), print_of(place)), true);
}

void unseal(const fs::path& path) {
  std::error_code ignored;
  if (!fs::remove(seal_of(path), ignored)) return;
  fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
}

std::vector<KeptDatabase> kept(const fs::path& folder, std::string_view prefix) {
  std::vector<KeptDatabase> found;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || is_beside_a_database(name)) continue;
    if (entry.is_regular_file(missing)) found.push_back(described(entry.path()));
  }
  std::sort(found.begin(), found.end(),
            [](const KeptDatabase& a, const KeptDatabase& b) { return a.name < b.name; });
  return found;
}

bool remove_sealed(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(seal_of(path), ignored)) return false;
  fs::remove(path, ignored);
  remove_sidecars(path);
  fs::remove(seal_of(path), ignored);
  return true;
}

}  // namespace provision::sqlite
