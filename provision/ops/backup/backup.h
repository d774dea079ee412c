// Backups: taken, listed, and there before something risky is done.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "provision/ops/workspace.h"

namespace provision {

struct BackupOptions {
  std::string message;
  int jobs = 1;
  bool pin = false;
  std::optional<bool> prove;  ///< nothing: where the databases are not too large
};

/// Takes one backup of all chosen databases, and proves it.
Report backup(const Workspace& workspace, const BackupOptions& options);

/// Takes a proven backup of `databases` before something is done to them and returns its id. One
/// that cannot be proven for want of room or programs is noted; one whose proof fails is an Error.
std::string back_up_first(const Workspace& workspace, const std::vector<DatabaseSpec>& databases,
                          const std::string& message);

/// The sentence that tells how what the backups `ids` have is brought back.
std::string way_back(const Workspace& workspace, const std::vector<std::string>& ids);

struct BackupsOptions {
  bool verify = false;  ///< look for damage
  bool prove = false;   ///< restore each, too
  bool prune = false;
  bool dry_run = false;  ///< only say what would be pruned
  bool check = false;    ///< that there is a proven one that is new enough
  std::chrono::seconds max_age = std::chrono::hours(24);
  std::string pin;    ///< the id of one that is to stay
  std::string unpin;  ///< of one that need not
};

/// The backups that are kept where those of the environment are, newest first.
Report backups(const Workspace& workspace, const BackupsOptions& options);

/// "90s", "30m", "12h", "1d", "2w". Throws usage Error.
std::chrono::seconds parse_age(const std::string& text);

}  // namespace provision
