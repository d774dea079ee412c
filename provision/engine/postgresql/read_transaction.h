// A moment in which the catalog may be read: fixed settings, one state of it, no trace afterwards.
#pragma once

#include "provision/engine/postgresql/connection.h"

namespace provision::postgresql {

/// A transaction of its own, read-only and of one snapshot; inside an open one (`is_open`) a part
/// of it that is rolled back. Either way the session's settings are as they were when this has
/// ended.
class ReadTransaction {
 public:
  ReadTransaction(Connection& connection, bool is_open);
  /// Ends what `end` did not, whatever went wrong.
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  void end();

 private:
  Connection& connection_;
  bool is_open_;
  bool ended_ = false;
};

}  // namespace provision::postgresql
