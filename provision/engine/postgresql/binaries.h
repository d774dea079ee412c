// The PostgreSQL programs of this machine, and the user that a server of ours runs as.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace provision::postgresql {

struct Binaries {
  std::filesystem::path folder;
  int major = 0;

  /// "15.18", as the server itself says.
  std::string version() const;
};

/// The newest server's programs: on PATH, in the places of the distributions, or where pg_config
/// says. Looked for once.
const std::optional<Binaries>& find_binaries();
/// The same; throws unavailable Error that tells how to install it.
const Binaries& binaries();

struct ServerUser {
  std::string name;  ///< empty: ourselves
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Ourselves, but never root, as whom a server refuses to run: then `postgres`, else `nobody`.
ServerUser server_user();

}  // namespace provision::postgresql
