// What a database knows of itself: who made it, which revisions it has, and all that was done to
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/environment.h"
#include "provision/model/revision_graph.h"
#include "provision/ops/state_sql.h"

namespace provision {

struct Identity {
  int format = kStateFormat;
  std::string uuid;
  std::string environment;
  std::string kind;
  bool created = false;  ///< made by provision; false: it was there before
  std::string created_at;
  std::string created_by;
};

/// A revision that the database has.
struct AppliedRevision {
  std::string id;
  std::string checksum;  ///< of its file when it was applied
  std::string message;
  std::string at;
  std::optional<std::int64_t> milliseconds;
  std::string by;
};

/// Where a revision outside a transaction stopped.
struct InterruptedRevision {
  std::string id;
  Direction direction = Direction::up;
  std::vector<std::string> ran;  ///< SHA-256 of the statements that ran, in order
  bool in_doubt = false;         ///< the statement after them was begun and its end nobody saw
};

struct HistoryEntry {
  std::string revision;
  std::string direction;  ///< upgrade, downgrade, stamp, unstamp
  std::string outcome;    ///< done, started, ran
  std::string at;
  std::optional<std::int64_t> milliseconds;
  std::string by;
};

/// The state tables of one database: schema `provision` on PostgreSQL, `_provision_*` on SQLite.
/// Views of those names where tables would be taken for the project's own: `StateViews`. Nothing
/// here begins or ends a transaction.
class State {
 public:
  explicit State(Database& database) : database_(database), sql_(database.dialect()) {}

  bool exists();
  /// Makes the tables in a transaction of their own if they are missing; call it under the run
  /// lock. Throws usage Error when a newer provision made them, or when the database says that it
  /// is of another kind than `spec`.
  void ensure(const DatabaseSpec& spec);

  std::optional<Identity> identity();
  /// Sorted by id.
  std::vector<AppliedRevision> applied();
  /// The text of the file that `id` was applied from.
  std::optional<std::string> applied_source(std::string_view id);
  std::vector<HistoryEntry> history();
  std::optional<InterruptedRevision> interrupted();

  /// Compare-and-swap: throws refused Error if the revision is applied already, or, for `forget`,
  /// is not. `milliseconds` may be unknown.
  /// `expected` is the number of revisions that must be applied afterwards, where that is in doubt.
  void record(const Revision& revision, Direction direction,
              std::optional<std::int64_t> milliseconds, std::optional<size_t> expected);
  /// Writes into the history alone that `revision` was applied, or undone.
  void record_done(const Revision& revision, Direction direction,
                   std::optional<std::int64_t> milliseconds);
  /// Marks a revision as applied, or as not applied, without running it.
  void stamp(const Revision& revision);
  void unstamp(std::string_view id);
  /// Puts the checksum and text of `revision` in the place of those it was applied with.
  void accept(const Revision& revision);
  /// Says in the history that what was interrupted counts as it stands.
  void forget_interrupted(const InterruptedRevision& interrupted);
  /// Makes the database one of the environment of `spec`, that was there before.
  void adopt(const DatabaseSpec& spec);
  /// Makes the database, which provision put here from elsewhere, one of the environment of `spec`
  /// that has never been another.
  void take_over(const DatabaseSpec& spec);
  void record_started(const Revision& revision, Direction direction, size_t statement);
  void record_ran(const Revision& revision, Direction direction, size_t statement,
                  const std::string& text);

  /// Digest of a seed set when it was last applied.
  std::optional<std::string> seed_digest(std::string_view set);
  void record_seed(std::string_view set, std::string_view digest);

 private:
  void add_history(const HistoryRow& row);
  /// True if the state is in views, which are written anew to change it.
  bool is_in_views();

  Database& database_;
  StateSql sql_;
};

}  // namespace provision
