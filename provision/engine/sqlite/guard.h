// The wall around a revision's text: what it may not do is refused by SQLite itself.
#pragma once

#include <set>
#include <string>

#include "provision/engine/database.h"

struct sqlite3;

namespace provision::sqlite {

/// Watches what the statements of a revision are compiled to. Set up once per connection; it
/// refuses only while `active`, so that our own statements pass.
class Guard {
 public:
  explicit Guard(sqlite3* connection);

  /// Until `leave`: transaction control and writes to `_provision_*` are refused, `PRAGMA
  /// foreign_keys` is passed over (foreign keys are off already), and, `in_transaction`, so are
  /// ATTACH and the pragmas that would end or outlive the transaction. A `foreign` statement may
  /// have savepoints in its transaction and all pragmas; those for speed are passed over.
  void enter(bool in_transaction, Origin origin = Origin::own);
  void leave() { active_ = false; }

  /// What was refused, in words; empty if nothing was.
  const std::string& refusal() const { return refusal_; }
  /// Tables that got or changed rows: their own foreign keys may be broken now.
  const std::set<std::string>& written() const { return written_; }
  /// Tables whose rows were changed or removed, or which were altered or dropped: foreign keys that
  /// point to them may be broken now.
  const std::set<std::string>& referenced() const { return referenced_; }
  void forget_tables();

 private:
  static int authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);
  int decide(int action, std::string_view first, std::string_view second);
  int decide_pragma(std::string_view name, bool has_value);
  int refuse(std::string what);
  void record(int action, std::string_view first, std::string_view second);

  bool active_ = false;
  bool in_transaction_ = false;
  Origin origin_ = Origin::own;
  std::string refusal_;
  std::set<std::string> written_;
  std::set<std::string> referenced_;
};

}  // namespace provision::sqlite
