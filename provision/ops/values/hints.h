// What the CHECKs of a table ask of its columns, as far as it can be read from their text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provision/ops/values/value.h"

namespace provision::values {

/// One way to satisfy the checks: hints by column, and pairs of columns of which the first is less
/// than the other, or the same.
struct Way {
  std::map<std::string, ValueHints> columns = {};
  std::vector<std::pair<std::string, std::string>> ascending = {};
  std::vector<std::pair<std::string, std::string>> equal = {};
};

/// The place of a column in the chain of those that ascend, and the label that the chain shares.
struct Rank {
  std::string label;
  std::int64_t above = 0;
};
Rank rank_of(const Way& way, const std::string& column);

struct TableHints {
  std::vector<Way> ways;               ///< at least one
  std::vector<std::string> constants;  ///< all that stand in the checks, for what could not be read
};

/// Reads the checks of `rules`, those of its columns' domains too. A check that says more than can
/// be read says nothing here: whether a row satisfies it, only the database knows.
TableHints hints_of(const RowRules& rules);

/// What a type asks of its values by itself: the checks of a domain.
ValueHints hints_of(const ValueType& type);

}  // namespace provision::values
