#include "provision/ops/backup/store.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "provision/base/descriptor.h"
#include "provision/base/digest.h"
#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/base/whoami.h"
#include "provision/project/backup_manifest.h"
#include "provision/project/snapshot_file.h"

namespace provision {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kOwner = "lock";
constexpr std::string_view kPartial = ".partial";
constexpr std::int64_t kLargestManifest = 64LL << 20;

bool is_id(const std::string& name) {
  return name.size() >= 14 && name.find_first_not_of("0123456789") == std::string::npos;
}

/// Backups hold all that is in a database, and who can exchange them decides what is restored.
void must_be_private(const fs::path& directory) {
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    throw system_error("cannot use", directory, errno);
  }
  const bool is_others = info.st_uid != ::geteuid() && info.st_uid != 0 && ::geteuid() != 0;
  if (!is_others && (info.st_mode & 022) == 0) return;
  throw usage_error(
      fmt::format("others may write to '{}', where backups are kept", directory.native()),
      fmt::format("chmod go-w '{}', or say another 'directory' in 'backup'", directory.native()));
}

/// Removes what was begun in `directory` by processes that are no more; nobody begins meanwhile.
void remove_abandoned(const fs::path& directory) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') || !name.ends_with(kPartial)) continue;
    const fs::path owner = entry.path() / kOwner;
    if (fs::exists(owner, ignored) && !FileLock(owner).try_lock()) continue;
    fs::remove_all(entry.path(), ignored);
  }
}

BackupManifest read_manifest_in(const fs::path& folder) {
  const fs::path file = folder / kManifest;
  std::error_code missing;
  if (!fs::exists(fs::symlink_status(file, missing))) {
    throw usage_error(fmt::format("backup '{}' has no manifest: it was never completed",
                                  folder.filename().native()));
  }
  const std::string shown = folder.filename() / kManifest;
  BackupManifest manifest = parse_manifest(read_bytes(file, kLargestManifest), shown);
  if (is_id(folder.filename().native()) && manifest.id != folder.filename().native()) {
    throw usage_error(Place{shown, 0}, fmt::format("it is the manifest of '{}'", manifest.id));
  }
  return manifest;
}

std::vector<std::string> ids_in(const fs::path& directory) {
  std::vector<std::string> ids;
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, missing)) {
    const std::string name = entry.path().filename().string();
    if (is_id(name) && entry.is_directory(missing)) ids.push_back(name);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// The folder of the backup that `path` is or is in; empty if there is none.
fs::path folder_around(fs::path path) {
  constexpr int kDepth = 4;  // a file of a dump that is a folder
  std::error_code missing;
  for (int i = 0; i < kDepth && path.has_filename(); ++i) {
    if (fs::exists(path / kManifest, missing)) return path;
    path = path.parent_path();
  }
  return {};
}

std::string damage_of(const fs::path& path, const BackedUpFile& file) {
  std::error_code missing;
  if (!fs::exists(fs::symlink_status(path, missing))) return "is missing";
  if (!fs::is_regular_file(fs::symlink_status(path, missing))) return "is not a regular file";
  const auto size = static_cast<std::int64_t>(fs::file_size(path, missing));
  if (size != file.size) {
    return fmt::format("has {} bytes, and {} were written", size, file.size);
  }
  return digest_of(path).sha256 == file.sha256 ? ""
                                               : "is not what was written: its SHA-256 differs";
}

}  // namespace

SchemaSnapshot schema_of(const Backup& backup, const BackedUpDatabase& database) {
  const fs::path file = backup.folder_of(database) / kSchemaFile;
  return parse_snapshot(read_text(file, 1LL << 30), file.filename().native());
}

NewBackup::NewBackup(const fs::path& directory) : directory_(directory) {
  make_folder(directory_, true);
  must_be_private(directory_);
  FileLock place(directory_ / ".lock");
  place.lock();
  remove_abandoned(directory_);
  for (std::int64_t number = std::stoll(utc_digits());; ++number) {
    id_ = std::to_string(number);
    folder_ = directory_ / fmt::format(".{}{}", id_, kPartial);
    std::error_code missing;
    if (fs::exists(directory_ / id_, missing)) continue;
    if (::mkdir(folder_.c_str(), 0700) == 0) break;
    if (errno != EEXIST) throw system_error("cannot make folder", folder_, errno);
  }
  owner_ = std::make_unique<FileLock>(folder_ / kOwner);
  owner_->lock();
}

NewBackup::~NewBackup() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

Backup NewBackup::publish(BackupManifest manifest) {
  manifest.id = id_;
  for (const BackedUpDatabase& database : manifest.databases) sync_path(folder_ / database.name);
  write_file(folder_ / kManifest, manifest_text(manifest), true);
  const fs::path published = directory_ / id_;
  if (::rename(folder_.c_str(), published.c_str()) != 0) {
    throw system_error("cannot rename", folder_, errno);
  }
  folder_.clear();
  sync_path(directory_);
  return {published, std::move(manifest)};
}

std::vector<Backup> BackupStore::backups() const {
  std::vector<Backup> found;
  for (const std::string& id : ids_in(directory_)) {
    try {
      found.push_back({directory_ / id, read_manifest_in(directory_ / id)});
    } catch (const Error&) {
      // `broken` tells of it.
    }
  }
  std::sort(found.begin(), found.end(), [](const Backup& one, const Backup& other) {
    return std::tie(one.manifest.taken_at, one.manifest.id) >
           std::tie(other.manifest.taken_at, other.manifest.id);
  });
  return found;
}

std::vector<BrokenBackup> BackupStore::broken() const {
  std::vector<BrokenBackup> found;
  for (const std::string& id : ids_in(directory_)) {
    try {
      read_manifest_in(directory_ / id);
    } catch (const Error& error) {
      found.push_back({id, error.message()});
    }
  }
  return found;
}

Backup BackupStore::latest(const std::string& environment) const {
  for (Backup& backup : backups()) {
    if (backup.manifest.environment == environment) return std::move(backup);
  }
  throw usage_error(fmt::format("there is no backup of '{}'", environment),
                    fmt::format("`provision backup -e {}` takes one", environment));
}

Backup BackupStore::find(const std::string& word, const std::string& environment,
                         const fs::path& folder) const {
  if (word == "latest") return latest(environment);
  std::error_code missing;
  if (word.find('/') != std::string::npos || fs::exists(folder / word, missing)) {
    const fs::path path = fs::absolute(folder / word).lexically_normal();
    const fs::path around = folder_around(path);
    if (!around.empty()) return {around, read_manifest_in(around)};
    throw usage_error(fmt::format("'{}' is no backup: no manifest is with it", word),
                      "say the folder of a backup, or a file in it");
  }
  const std::vector<std::string> ids = ids_in(directory_);
  std::vector<std::string> meant;
  for (const std::string& id : ids) {
    if (id == word) meant = {id};
    if (id == word) break;
    if (!word.empty() && id.starts_with(word)) meant.push_back(id);
  }
  if (meant.size() == 1) return {directory_ / meant[0], read_manifest_in(directory_ / meant[0])};
  if (meant.empty()) {
    throw usage_error(fmt::format("there is no backup '{}'", word),
                      ids.empty() ? "`provision backup` takes one" : name_hint(word, ids));
  }
  throw usage_error(fmt::format("'{}' begins the ids of {} backups", word, meant.size()),
                    "say one of: " + joined(meant, ", "));
}

void rewrite_manifest(const Backup& backup) {
  write_file(backup.folder / kManifest, manifest_text(backup.manifest), true);
}

bool remove_backup(const Backup& backup) {
  FileLock lock(backup.folder / kOwner);
  if (!lock.try_lock()) return false;
  // First of all it stops being a backup.
  const fs::path trash =
      backup.folder.parent_path() / fmt::format(".{}{}", backup.manifest.id, kPartial);
  std::error_code error;
  fs::rename(backup.folder, trash, error);
  if (error) throw system_error("cannot remove", backup.folder, error.value());
  fs::remove_all(trash, error);
  if (error) throw system_error("cannot remove", trash, error.value());
  return true;
}

BackupInUse::BackupInUse(const Backup& backup) {
  const fs::path file = backup.folder / kOwner;
  // One on a medium that cannot be written to is not removed either.
  if (::access(file.c_str(), W_OK) != 0) return;
  lock_ = std::make_unique<FileLock>(file);
  if (lock_->try_lock(FileLock::Mode::shared)) return;
  throw unavailable(fmt::format("backup '{}' is being removed", backup.manifest.id));
}

std::vector<std::string> damages(const Backup& backup, const BackedUpDatabase& database) {
  std::vector<std::string> found;
  for (const BackedUpFile& file : database.files) {
    const std::string damage = damage_of(backup.folder / file.path, file);
    if (!damage.empty()) found.push_back(fmt::format("'{}' {}", file.path, damage));
  }
  return found;
}

}  // namespace provision
