// How the values of each column of a table are to be made, before the makers are.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provision/engine/row_rules.h"
#include "provision/model/seed.h"
#include "provision/ops/generate/column_maker.h"

namespace provision {

/// Rows that references may point to.
class ParentRows {
 public:
  virtual ~ParentRows() = default;
  virtual std::uint64_t count() const = 0;
  /// Appends what the row at `index` has in `column`; false for NULL.
  virtual bool write(std::uint64_t index, const std::string& column, std::string& into) const = 0;
};
using FindParents = std::function<std::shared_ptr<const ParentRows>(const ReferenceRule&)>;

/// One column: either its values can be counted, or the generator makes them.
struct ColumnPlan {
  const RuledColumn* column;
  Generator generator;  ///< as written, or what the type stands for
  bool is_written;      ///< someone wrote a generator for the column
  Chance chance;
  std::shared_ptr<const CountedValues> values = {};
  Choosing choosing = {};
  std::optional<HintedValues> hinted = {};
  bool numbered = false;  ///< texts get their row's number
  bool is_uuid = false;
  bool is_null = false;
  const ReferenceRule* reference = nullptr;  ///< whose columns all go by one choice

  /// True if no two rows have the same value, whatever the others are.
  bool is_apart() const;
};

/// Plans for the columns of `rules` that get a value, in their order. Throws usage Error.
std::vector<ColumnPlan> plan_columns(const SeedTable& seed, const RowRules& rules,
                                     const FindParents& parents);

/// Sees to it that no two rows are the same where they may not be. Throws usage Error where there
/// are too few values.
void keep_apart(std::vector<ColumnPlan>& plans, const SeedTable& seed, const RowRules& rules);

/// The maker that `plan` asks for.
std::unique_ptr<ColumnMaker> maker_of(const ColumnPlan& plan);

}  // namespace provision
