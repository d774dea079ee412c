// What became of rows, and how that is said.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/rows.h"
#include "provision/model/report.h"

namespace harness {

/// Rows of one table that went or came, or values of one of its columns that are others.
struct DataDifference {
  /// `behind`: rows have the numbers already that the sequence of the column gives next.
  enum class Type { missing, extra, changed, behind };

  Type type = Type::changed;
  std::string schema;
  std::string table;
  std::string column = {};  ///< empty: whole rows
  std::int64_t count = 0;   ///< of rows; -1 if the table is too big to tell more than that some are
  std::int64_t nulls = 0;   ///< of the changed values, those that are NULL now
  std::int64_t before = 0;  ///< rows of the table
  std::int64_t after = 0;
  std::vector<std::string> expected = {};  ///< some of the values, shortened; of rows their keys
  std::vector<std::string> actual = {};

  /// "users.nickname", or "users" for rows; the schema `public` is left out.
  std::string subject() const;
};

/// After an upgrade: tables that are still there and have fewer rows. A row that was given another
/// key, or another one in its place, is not lost.
std::vector<DataDifference> lost_rows(const RowsChanges& upgrade);

/// After the downgrade, for the whole way there and back: of the tables and columns that are on
/// both sides, rows that went or came, and values that are not what they were. Rows are told apart
/// by their primary key; where there is none, or it has been given anew, by all that they hold.
/// And sequences that would give numbers again that rows have, and would not have done so before.
std::vector<DataDifference> data_difference(const RowsChanges& there_and_back);

/// Rows for reports: class "data", object "table users", attribute "rows" or "column nickname".
std::vector<provision::Difference> described(const std::vector<DataDifference>& differences);

}  // namespace harness
