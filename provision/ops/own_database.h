// Databases that provision makes for itself beside those of an environment: told by their names,
// and claimed while somebody works with them, so that a dead owner shows.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/file.h"
#include "provision/engine/engines.h"
#include "provision/ops/scratch.h"

namespace provision {

/// `spec` at another place: the database `name` of the same server, or a file of that name in the
/// folder `folder` of the project's working folder.
DatabaseSpec own_database(const DatabaseSpec& spec, std::string_view folder,
                          const std::string& name);

/// The name of the database of `spec`, as `KeptDatabase` has it.
std::string kept_name(const DatabaseSpec& spec);

/// Removes the database of `spec`, if there is one, whatever is in it; ends its sessions.
void discard(Engine& engine, const DatabaseSpec& spec);

/// Says of a database, from before it is there until it is gone or handed over, that a living
/// process needs it. A file that is locked: what a killed process leaves is seen by all.
class Claim {
 public:
  /// `from_pool`: counts as one of a pool.
  explicit Claim(const DatabaseSpec& spec, bool from_pool = false);
  ~Claim();
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  /// Leaves it to `sweep_claims` to remove the database.
  void abandon() { is_abandoned_ = true; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<FileLock> lock_;
  bool is_abandoned_ = false;
};

/// A claimed database that goes with this object, unless it got another name or is to stay.
class Passing {
 public:
  Passing(Engine& engine, DatabaseSpec spec, bool from_pool = false);
  ~Passing();
  Passing(const Passing&) = delete;
  Passing& operator=(const Passing&) = delete;

  const DatabaseSpec& spec() const { return spec_; }
  void keep() { is_kept_ = true; }

 private:
  Engine& engine_;
  DatabaseSpec spec_;
  Claim claim_;
  bool is_kept_ = false;
};

/// True while a process has claimed the database of `spec`.
bool is_claimed(const DatabaseSpec& spec);

/// How many databases of a pool are in use for the database that `spec` is of.
int claimed_from_pool(const DatabaseSpec& spec);

/// Knows the database `database` of `environment`; nothing if it cannot be used now.
using FindDatabase = std::function<std::optional<DatabaseSpec>(const std::string& environment,
                                                               const std::string& database)>;

/// Removes databases whose claims nobody holds, or, in a `dry_run`, only tells of them. What `find`
/// does not know stays.
std::vector<Leftover> sweep_claims(const std::filesystem::path& work_folder,
                                   const FindDatabase& find, Engines& engines, bool dry_run);

}  // namespace provision
