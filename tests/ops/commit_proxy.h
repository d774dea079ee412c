// A stand-in for a network that breaks while a COMMIT, or the reading of a schema, is under way.
#pragma once

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "provision/base/descriptor.h"
#include "provision/base/file.h"

namespace provision {

/// Passes on what clients say to a PostgreSQL server and back, until what the
/// fault is about.
class CommitProxy {
 public:
  enum class Fault {
    reply_is_lost,         ///< the server commits, and the client does not hear of it
    request_is_lost,       ///< the server never gets it
    nobody_answers_again,  ///< as `reply_is_lost`, and there is no way to ask
    reading_breaks,        ///< in the middle of the catalog, once
    reading_always_breaks,
  };

  /// Listens in a folder of its own for the server whose socket is `server`.
  CommitProxy(std::filesystem::path server, Fault fault);
  ~CommitProxy();
  CommitProxy(const CommitProxy&) = delete;
  CommitProxy& operator=(const CommitProxy&) = delete;

  /// What to say as host.
  const std::filesystem::path& folder() const { return folder_.path(); }
  int faults() const { return faults_; }

 private:
  struct Session {
    Descriptor client;
    Descriptor server;
  };

  void serve();
  void pass_on(const Session& session);
  bool is_struck(const std::string& request) const;
  /// What the fault does to the session that sends `request`.
  void strike(const Session& session, const std::string& request);

  TemporaryFolder folder_;
  std::filesystem::path server_;
  Fault fault_;
  Descriptor listener_;
  std::atomic<int> faults_ = 0;
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

}  // namespace provision
