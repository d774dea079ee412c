// A moment in which the catalog may be read: fixed settings, one state of it, no trace afterwards.
#pragma once

#include <string>
#include <vector>

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// Settings for the rest of a transaction by which definitions are always written the same.
std::string_view settings_query();

/// A transaction of its own, read-only and of one snapshot; inside an open one (`is_open`) a part
/// of it that is rolled back. Either way the session's settings are as they were when this has
/// ended.
class ReadTransaction {
 public:
  /// Hands the row of the query `first` to `reader`, in the same message.
  ReadTransaction(Connection& connection, bool is_open, std::string_view first,
                  const RowReader& reader);
  /// Ends what `end` did not, whatever went wrong.
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  /// From here on whole catalogs are read, not rows of them looked up.
  void expect_everything();
  /// Runs `afterwards`, too, where a transaction is still open.
  void end(std::string_view afterwards);
  /// The same as statements that the caller runs; nothing else may follow in it.
  std::vector<std::string> last_words(std::string_view afterwards);
  bool has_ended() const { return ended_; }

 private:
  Connection& connection_;
  bool is_open_;
  bool ended_ = false;
};

}  // namespace provision::postgresql
