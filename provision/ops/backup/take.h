// Taking a backup.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/backup/store.h"
#include "provision/ops/workspace.h"

namespace provision {

struct TakeOptions {
  std::string message;
  int jobs = 1;
  bool pinned = false;
};

/// Backs `databases` up, each as of one moment, into one new backup. Throws Error, after which
/// nothing is there under a final name.
Backup take_backup(const Workspace& workspace, const std::vector<DatabaseSpec>& databases,
                   const TakeOptions& options);

}  // namespace provision
