// What a session has written, by the server's own counters.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// Adds up what the counters of a transaction gain, since they fall back to 0 by a TRUNCATE and to
/// what they were by the release of a savepoint.
class WrittenRows {
 public:
  /// A new transaction begins: what the last one truncated is no longer told.
  void begin();
  /// What was written until now; never fewer rows than it told before. A TRUNCATE counts as a row.
  /// Begins with `preamble`, and inside a transaction leaves a savepoint behind.
  Database::Written ask(Connection& connection, std::string_view preamble, bool in_transaction);

 private:
  struct Seen {
    std::int64_t rows = 0;
    std::string file;
  };

  std::int64_t total_ = 0;
  std::map<std::string, Seen> seen_;  ///< by the table's OID
  std::set<std::string> truncated_;   ///< OIDs
};

}  // namespace provision::postgresql
