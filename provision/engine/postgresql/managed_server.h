// A managed server: a private PostgreSQL that runs for as long as somebody uses it.
#pragma once

#include "provision/base/file.h"
#include "provision/base/progress.h"
#include "provision/engine/postgresql/server_folders.h"

namespace provision::postgresql {

/// A share in the server of a project, started if it does not run. Several processes share one; it
/// stops when the last of these objects is gone, even if its process was killed.
class ManagedServer {
 public:
  ManagedServer(const DatabaseSpec& spec, Progress& progress);

  /// True if the server of `spec` was ever started, so that it may have databases.
  static bool has_data(const DatabaseSpec& spec);

  /// `spec` with the server's address.
  DatabaseSpec located(const DatabaseSpec& spec) const;

 private:
  bool answers() const;
  void start(const DatabaseSpec& spec, Progress& progress);
  std::string log_tail() const;

  ServerFolders folders_;
  FileLock users_;
};

}  // namespace provision::postgresql
