// The servers that an engine runs itself: how they stand, and how long they stay.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "provision/model/environment.h"

namespace provision {

/// A managed server as it stands; asking starts nothing.
struct ServerState {
  std::filesystem::path data;  ///< the folder of its data; one server has one
  bool in_memory = false;
  std::string reason;  ///< why there: "4.2 GiB of memory are free"
  bool has_data = false;
  bool is_running = false;
  /// How long it stays without a session or a command, if `keep` said so; zero: for ever.
  std::optional<std::chrono::seconds> kept_for;
  /// When that time is over unless somebody uses it; seconds since the epoch.
  std::optional<std::int64_t> kept_until;
};

/// What a server left whose project or whose supervisor is gone.
struct ServerRemains {
  std::string what;  ///< "server without a supervisor"
  std::filesystem::path place;
  std::string trouble = {};  ///< why it is still there; empty if it is not, or would not be
};

class ManagedServers {
 public:
  virtual ~ManagedServers() = default;

  /// The server of `spec`, which is managed.
  virtual ServerState state(const DatabaseSpec& spec) = 0;
  /// Starts the server if it does not run, and lets it run on after us until nobody used it for
  /// `idle`; zero is for ever. Says how it then stands.
  virtual ServerState keep(const DatabaseSpec& spec, std::chrono::seconds idle) = 0;
  /// Its databases that are not its own; it must run.
  virtual std::vector<std::string> databases(const DatabaseSpec& spec) = 0;
  /// Ends the server and waits for its end; false if it did not run. Sessions in the way are named
  /// in an unavailable Error, or ended if `force`; commands that use it too.
  virtual bool end(const DatabaseSpec& spec, bool force) = 0;
  /// Ends servers without a supervisor and removes what belongs to no project any more, but for
  /// `dry_run`.
  virtual std::vector<ServerRemains> collect(bool dry_run) = 0;
};

}  // namespace provision
