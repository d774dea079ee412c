#include "provision/ops/backup/prune.h"

#include <algorithm>
#include <set>

namespace provision {

std::vector<Backup> superfluous(const std::vector<Backup>& backups, const std::string& environment,
                                const BackupRules& rules, const std::string& since) {
  std::set<std::string> databases;
  std::vector<const Backup*> candidates;
  for (const Backup& backup : backups) {
    if (backup.manifest.environment != environment) continue;
    candidates.push_back(&backup);
    for (const BackedUpDatabase& database : backup.manifest.databases) {
      databases.insert(database.name);
    }
  }
  std::set<const Backup*> kept;
  for (const std::string& database : databases) {
    int count = 0;
    bool has_proven = false;
    for (const Backup* backup : candidates) {
      if (backup->manifest.find(database) == nullptr) continue;
      const bool is_proven = !backup->manifest.proven_at.empty();
      const bool is_newest_proven = is_proven && !has_proven;
      if (count < std::max(rules.keep_last, 1) || backup->manifest.taken_at >= since ||
          is_newest_proven || backup->manifest.pinned) {
        kept.insert(backup);
      }
      has_proven = has_proven || is_proven;
      ++count;
    }
  }
  std::vector<Backup> going;
  for (const Backup* backup : candidates) {
    if (!kept.contains(backup)) going.push_back(*backup);
  }
  return going;
}

}  // namespace provision
