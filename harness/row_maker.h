// Rows of a table as its rules want them, made from numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provision/engine/database.h"
#include "provision/ops/values/hints.h"

namespace harness {

/// How a row departs from the plain one of its number, where that was refused.
struct Variation {
  size_t way = 0;         ///< of those that satisfy the checks
  bool shuffled = false;  ///< each column goes by a number of its own
  bool unhinted = false;  ///< what the checks say is not looked at, but for the constants in them
  bool with_nulls = false;
  bool sparse = false;  ///< only what has to be given
};

/// A made row, or why there can be none.
struct MadeRow {
  provision::Row values = {};  ///< for `columns`, in their order
  std::string trouble = {};
  std::string missing_parent = {};  ///< id of the table whose lack of rows is the trouble
};

class RowMaker {
 public:
  /// `parents` are, for each reference of `rules`, the values that it may have.
  RowMaker(const provision::RowRules& rules, std::vector<std::vector<provision::Row>> parents);

  size_t ways() const { return hints_.ways.size(); }
  /// The columns that values are made for.
  std::vector<const provision::RuledColumn*> columns(bool sparse) const;
  MadeRow make(std::int64_t ordinal, const Variation& variation) const;
  /// What the plain row with that number has in `columns`; for rows that refer to one another.
  provision::Row plain_values(std::int64_t ordinal, const std::vector<std::string>& columns) const;

 private:
  /// What is known of one column.
  struct Plan {
    bool is_given = true;
    bool is_key = false;
    bool keeps_default = false;  ///< a word, as of a list of them that nobody wrote down
  };
  using Values = std::vector<std::optional<std::string>>;

  size_t index_of(const std::string& column) const;
  std::optional<std::string> value(size_t index, std::int64_t ordinal,
                                   const Variation& variation) const;
  void refer(Values& values, std::vector<bool>& is_set, std::int64_t ordinal,
             const Variation& variation, MadeRow& row) const;
  bool refer_to_parent(size_t reference, Values& values, std::vector<bool>& is_set,
                       std::int64_t ordinal) const;
  bool refer_to_nothing(size_t reference, Values& values, std::vector<bool>& is_set) const;
  bool refer_to_itself(size_t reference, Values& values, std::vector<bool>& is_set) const;

  const provision::RowRules& rules_;
  std::vector<std::vector<provision::Row>> parents_;
  provision::values::TableHints hints_;
  std::vector<Plan> plans_;
  std::vector<size_t> order_;  ///< of references: those of most columns first
};

}  // namespace harness
