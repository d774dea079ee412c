// Fresh databases for one user, who gives them back: a command that `run` starts, or a test.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provision/ops/own_database.h"
#include "provision/ops/recipe.h"

namespace provision {

/// How the names of their databases begin.
constexpr std::string_view kRunPrefix = "provision_run_";

/// Starts what fills the pool of a database again, from which one was wanted.
using Refill = std::function<void(const DatabaseSpec& spec)>;

/// A database for each of a workspace, of its own name; they go with this object.
class BorrowedDatabases {
 public:
  /// Removes what killed owners left, waits for a turn where many want one, and makes the databases
  /// or takes them from their pools. Throws usage Error for an environment that is not disposable.
  BorrowedDatabases(const Workspace& workspace, const FreshOptions& contents, const Refill& refill);
  ~BorrowedDatabases();
  BorrowedDatabases(const BorrowedDatabases&) = delete;
  BorrowedDatabases& operator=(const BorrowedDatabases&) = delete;

  /// With the socket of a managed server filled in.
  std::vector<DatabaseSpec> located() const;
  /// They stay.
  void keep();

 private:
  void make(const DatabaseSpec& spec, FreshOptions contents, const Refill& refill);

  const Workspace& workspace_;
  std::vector<std::unique_ptr<Passing>> databases_;
};

/// The form of a URL that every library takes: four slashes before the path of a file. With the
/// password.
std::string url_for_programs(const Location& location);

}  // namespace provision
