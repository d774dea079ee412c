// Throw-away databases in a private place: nobody else's database is ever touched.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "provision/base/file.h"
#include "provision/engine/engines.h"

namespace provision {

/// A private folder in memory where there is room, else on disk, that is removed with this object;
/// what a killed process left is removed by the next one.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<FileLock> owner_;
};

/// What killed processes left: folders whose owner is gone. Removes them unless `dry_run`, and
/// returns them.
std::vector<std::filesystem::path> collect_scratch(bool dry_run);

/// Where scratch databases are made: by default on a private server that this object starts, or on
/// the one of `server`, where they are the only thing that it touches.
class Scratch {
 public:
  Scratch(std::string_view engine, const std::optional<DatabaseSpec>& server, Progress& progress);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Engine& engine() { return *engine_; }

  /// An empty database whose name has a nonce.
  DatabaseSpec create();
  /// The same, with the encoding, extensions and settings of `model`.
  DatabaseSpec create_like(const DatabaseSpec& model);
  /// A copy of `from`, to which nobody is connected.
  DatabaseSpec copy_of(const DatabaseSpec& from);
  /// A session, after a proof that it is with the database of `spec`: throws internal Error if the
  /// other side has another name than the one with the nonce.
  std::unique_ptr<Database> connect(const DatabaseSpec& spec);
  /// Removes it; nobody may be connected.
  void drop(const DatabaseSpec& spec);

  /// The roles that the server has now.
  std::set<std::string> roles() { return engine_->roles(base_); }
  /// Drops the roles that `kept` does not list: revisions made them.
  void drop_roles_but(const std::set<std::string>& kept);

 private:
  DatabaseSpec named() const;
  DatabaseSpec made(DatabaseSpec spec);

  ScratchFolder folder_;
  Engines engines_;
  Engine* engine_;
  DatabaseSpec base_;
  std::set<std::string> first_roles_;
  std::set<std::string> made_;  ///< names of databases that are there
};

}  // namespace provision
