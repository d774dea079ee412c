// Sessions for work on databases as a whole, from a database that always exists.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// Keeps sessions for the next work: to connect takes longer than most of it does. Threads may
/// share one of these.
class MaintenanceSessions {
  struct Kept {
    std::string key;
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

  /// For work on the database of `spec`, which is located. Throws as `Connection` does.
  Lease take(const DatabaseSpec& spec, Access access);
  /// Ends those that are kept.
  void close();

 private:
  std::mutex mutex_;
  std::vector<Kept> kept_;
};

}  // namespace provision::postgresql
