// Putting back what a backup has.
#pragma once

#include <filesystem>
#include <string>

#include "provision/ops/workspace.h"

namespace provision {

struct RestoreOptions {
  std::string backup;            ///< its id or the beginning of it, `latest`, or a path to it
  std::filesystem::path folder;  ///< what a path is relative to
  std::string into;              ///< another database that is not there yet; empty: in its place
  int jobs = 0;                  ///< tables at once, where the dump allows it; 0: as fits
  bool force = false;            ///< end the sessions that are in the way
};

/// Fills a database beside each one, compares it with the manifest, and only then puts it in the
/// place of the one that is there, which must be as expendable as `reset` wants it, or its name is
/// asked for. Of several chosen databases, those that the backup has.
Report restore(const Workspace& workspace, const RestoreOptions& options);

}  // namespace provision
