// Which revisions a database has: in the version table of the layout's own tool, so that it and we
// can take turns, or in provision's own tables, where the layout is ours or has no such table.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/ops/state.h"
#include "provision/ops/version_rows.h"
#include "provision/ops/version_table.h"

namespace provision {

/// The SQL of a ledger, as text.
class LedgerSql {
 public:
  LedgerSql(const Dialect& dialect, const RevisionGraph& graph)
      : dialect_(dialect),
        graph_(graph),
        state_(dialect),
        table_(version_table_of(graph.layout())) {
    if (table_ == nullptr) return;
    const VersionTableName& said = graph.version_table();
    const std::string name = said.name.empty() ? std::string(table_->name) : said.name;
    name_ = said.schema.empty() ? name : said.schema + "." + name;
  }

  const StateSql& state() const { return state_; }
  /// The other tool's table; nullptr where the record is in provision's own.
  const VersionTable* table() const { return table_; }
  /// What it is called: "name" or "schema.name". Throws usage Error where only Python knows.
  const std::string& table_name() const;

  /// What makes the tables that the record is written to.
  std::string creation(const DatabaseSpec& spec) const;
  /// What takes the record of a database that has `applied` over to having `revision` too, or no
  /// more. Without an end of statement.
  std::string record(const RevisionSet& applied, const Revision& revision, Direction direction,
                     std::optional<std::int64_t> milliseconds) const;

 private:
  const Dialect& dialect_;
  const RevisionGraph& graph_;
  StateSql state_;
  const VersionTable* table_;
  std::string name_;
};

/// The record of one database. Where it is another tool's, provision's own tables are neither
/// needed nor made; if they are there, the history of what was done is kept in them.
class Ledger {
 public:
  /// Both must outlive it.
  Ledger(Database& database, const RevisionGraph& graph);

  State& state() { return state_; }
  bool is_foreign() const { return sql_.table() != nullptr; }
  /// True if the table of the record is there.
  bool exists();
  /// Sorted by id. Another tool's record says of a revision that it is there, and no more.
  std::vector<AppliedRevision> applied();
  std::optional<InterruptedRevision> interrupted();

  /// Makes what the record needs, in a transaction of its own; call it under the run lock. Throws
  /// usage Error as `State::ensure` does.
  void ensure(const DatabaseSpec& spec);
  /// The same within the caller's transaction, and without a question.
  void make(const DatabaseSpec& spec);
  /// Throws usage Error for a version that the other tool left half way.
  void must_be_whole();

  /// As `State::record`; of another tool's table it is always looked at what it holds afterwards.
  void record(const Revision& revision, Direction direction,
              std::optional<std::int64_t> milliseconds, std::optional<size_t> expected);
  void record_started(const Revision& revision, Direction direction, size_t statement);
  void record_ran(const Revision& revision, Direction direction, size_t statement,
                  const std::string& text);
  /// Writes down that `after` are applied, and nothing else, without running anything. The other
  /// tool's table only.
  void stamp(const RevisionSet& after);

 private:
  /// Throws usage Error where the other tool has a record with rows, and ours would be a second
  /// one.
  void must_be_the_only_record();
  bool has_state();
  VersionRows rows();
  /// Changes the rows from `before` to those of `after`, and looks whether they are that.
  void replace(const VersionRows& before, const RevisionSet& after,
               std::optional<std::int64_t> milliseconds);

  Database& database_;
  const RevisionGraph& graph_;
  State state_;
  LedgerSql sql_;
  std::optional<bool> has_state_;
};

}  // namespace provision
