// Sessions for work on databases as a whole, from a database that always exists.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// Keeps sessions for the next work: to connect takes longer than most of it does. Threads may
/// share one of these.
class MaintenanceSessions {
  struct Kept {
    std::string key;
    bool may_write = false;
    std::unique_ptr<Connection> connection;
  };

 public:
  /// A session that nobody else has; kept when this goes, unless something went wrong.
  class Lease {
   public:
    Lease(MaintenanceSessions& sessions, Kept kept);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& operator*() const { return *kept_.connection; }

   private:
    MaintenanceSessions& sessions_;
    Kept kept_;
    int exceptions_;
  };

  /// For work on the database of `spec`, which is located. Throws as `Connection` does. One that is
  /// only to read may be one that has written.
  Lease take(const DatabaseSpec& spec, Access access);
  /// Ends those that are kept.
  void close();

 private:
  /// One that nobody has, if there is one.
  std::optional<Kept> kept(const std::string& key);

  std::mutex mutex_;
  std::vector<Kept> kept_;
};

}  // namespace provision::postgresql
