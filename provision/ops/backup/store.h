// Where backups are kept: a folder each, whole or not there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "provision/base/file.h"
#include "provision/model/backup.h"
#include "provision/model/environment.h"
#include "provision/model/schema.h"

namespace provision {

struct Backup {
  std::filesystem::path folder;
  BackupManifest manifest;

  std::filesystem::path folder_of(const BackedUpDatabase& database) const {
    return folder / database.name;
  }
};

/// The schema of a database as it was backed up.
SchemaSnapshot schema_of(const Backup& backup, const BackedUpDatabase& database);
inline constexpr std::string_view kSchemaFile = "schema.json";

/// A folder that looks like a backup and is none.
struct BrokenBackup {
  std::string id;
  std::string trouble;
};

/// A backup that is being made: a private folder under another name, gone with this object unless
/// it was published.
class NewBackup {
 public:
  /// Also removes what killed processes left in `directory`. Throws usage Error when others may
  /// write there.
  explicit NewBackup(const std::filesystem::path& directory);
  ~NewBackup();
  NewBackup(const NewBackup&) = delete;
  NewBackup& operator=(const NewBackup&) = delete;

  const std::string& id() const { return id_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// Writes the manifest, the last file of all, and gives the folder its name.
  Backup publish(BackupManifest manifest);

 private:
  std::filesystem::path directory_;
  std::string id_;
  std::filesystem::path folder_;
  std::unique_ptr<FileLock> owner_;
};

class BackupStore {
 public:
  explicit BackupStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Newest first, by what their manifests say. What does not look like a backup is left out.
  std::vector<Backup> backups() const;
  std::vector<BrokenBackup> broken() const;
  /// The one that `word` names: its id or the beginning of it, `latest` of `environment`, or a path
  /// to its folder or to a file in it, relative to `folder`. Throws usage Error that names what is
  /// near, or says what is wrong with the backup.
  Backup find(const std::string& word, const std::string& environment,
              const std::filesystem::path& folder) const;

 private:
  Backup latest(const std::string& environment) const;

  std::filesystem::path directory_;
};

/// Puts the manifest of `backup` in the place of the one that is there.
void rewrite_manifest(const Backup& backup);

/// Removes it, unless somebody restores it at this moment: then false.
bool remove_backup(const Backup& backup);

/// Held while a backup is read, so that nobody removes it meanwhile.
class BackupInUse {
 public:
  explicit BackupInUse(const Backup& backup);

 private:
  std::unique_ptr<FileLock> lock_;
};

/// What of the files of `database` is not as its manifest says; empty if all is.
std::vector<std::string> damages(const Backup& backup, const BackedUpDatabase& database);

}  // namespace provision
