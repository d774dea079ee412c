// Which backups may go.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/backup/store.h"

namespace provision {

/// Those of `backups` (newest first) of `environment` that nothing keeps. For each database the
/// newest `keep_last` are kept, those taken at `since` or later, the newest one and the newest that
/// is proven, come what may; and whatever is pinned. Others' backups are not for this to judge.
std::vector<Backup> superfluous(const std::vector<Backup>& backups, const std::string& environment,
                                const BackupRules& rules, const std::string& since);

}  // namespace provision
