// The SQL of the state tables, as text: what `State` runs and what `--sql` shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "provision/engine/database.h"
#include "provision/model/environment.h"
#include "provision/model/revision.h"

namespace provision {

/// The version of the state tables that this program writes. It reads older ones, refuses newer.
constexpr int kStateFormat = 1;

/// A row of the history of a database.
struct HistoryRow {
  std::string_view revision;
  std::string_view direction;                      ///< upgrade, downgrade, stamp, unstamp, accept
  std::string_view outcome;                        ///< done; of one statement: started, ran
  std::optional<size_t> statement = std::nullopt;  ///< its index
  std::string_view checksum = "";
  std::optional<std::int64_t> milliseconds = std::nullopt;
};

class StateSql {
 public:
  explicit StateSql(const Dialect& dialect) : dialect_(dialect) {}

  /// "provision.applied" or "_provision_applied".
  std::string table(std::string_view name) const;
  /// A timestamp column as text.
  std::string as_text(std::string_view timestamp) const;
  const std::string& now() const { return dialect_.now; }

  /// The statements that make the tables and the identity row of `spec`, or leave those alone that
  /// are there: a script from the base may meet an empty database that provision made. Views where
  /// tables would be taken for the project's.
  std::string creation(const DatabaseSpec& spec, bool created) const;
  std::string history(const HistoryRow& row) const;
  std::string applied(const Revision& revision, std::optional<std::int64_t> milliseconds) const;
  std::string no_longer_applied(std::string_view id) const;
  std::string stamp(const Revision& revision) const;
  std::string unstamp(std::string_view id) const;
  std::string accept(const Revision& revision) const;
  std::string adoption(const DatabaseSpec& spec) const;
  std::string takeover(const DatabaseSpec& spec) const;
  /// The change to `applied` and the row of `history` that go with a revision.
  std::string record(const Revision& revision, Direction direction,
                     std::optional<std::int64_t> milliseconds) const;

 private:
  const Dialect& dialect_;
};

/// "upgrade" or "downgrade".
std::string_view word_of(Direction direction);

}  // namespace provision
