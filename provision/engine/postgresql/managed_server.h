// A managed server: a private PostgreSQL that runs for as long as somebody uses it.
#pragma once

#include <optional>

#include "provision/base/file.h"
#include "provision/base/progress.h"
#include "provision/engine/postgresql/server_folders.h"

namespace provision::postgresql {

/// A share in the server of a project, started if it does not run. Several processes share one; it
/// stops when the last of these objects is gone, even if its process was killed, unless it is kept.
class ManagedServer {
 public:
  ManagedServer(const DatabaseSpec& spec, Progress& progress);

  /// True if the server of `spec` was ever started, so that it may have databases; what was in
  /// memory went with a reboot.
  static bool has_data(const DatabaseSpec& spec);

  /// `spec` with the server's address.
  DatabaseSpec located(const DatabaseSpec& spec) const;
  const ServerFolders& folders() const { return folders_; }

 private:
  void open(const DatabaseSpec& spec, Progress& progress);
  void start(const DatabaseSpec& spec, Progress& progress);
  std::string log_tail() const;

  ServerFolders folders_;
  std::optional<FileLock> users_;
};

/// `spec` with the address of the server whose socket is in `socket`.
DatabaseSpec at_socket(DatabaseSpec spec, const std::filesystem::path& socket);

/// Waits until the server of these folders has ended and its supervisor with it; nobody may use it,
/// and it may not be kept.
void wait_until_ended(const ServerFolders& folders);

/// True if the server of these folders answers. Throws unavailable Error if another one does: a
/// server that a crash left behind could own the socket of another one's data.
bool answers(const ServerFolders& folders);

}  // namespace provision::postgresql
