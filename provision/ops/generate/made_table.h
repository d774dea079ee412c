// The rows of one table that a seed set wants made up, as the rules of the table want them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provision/model/seed.h"
#include "provision/ops/generate/column_maker.h"
#include "provision/ops/generate/column_plan.h"

namespace provision {

class MadeTable final : public MadeRows {
 public:
  /// `parents` says what each reference of `rules` may point to. Throws usage Error at the
  /// generator for a column that is not there, that has no values of such a kind, or whose values
  /// are too few to be unique. Keeps references to `seed` and `rules`.
  MadeTable(const SeedTable& seed, const RowRules& rules, const FindParents& parents);

  const std::vector<std::string>& columns() const { return columns_; }
  /// True if every row has a value in `column`.
  bool is_full(const std::string& column) const;
  std::int64_t count() const override { return seed_.generate->rows; }
  void make(std::int64_t number, SeedRow& row) const override;
  Error explained(const Error& failure, std::optional<std::int64_t> number) const override;
  /// Appends what row `number` has in `column`; false for NULL.
  bool write(const std::string& column, std::int64_t number, std::string& into) const;

 private:
  const SeedTable& seed_;
  std::vector<std::string> columns_;
  std::vector<Place> places_;
  std::vector<bool> are_full_;
  std::vector<std::unique_ptr<ColumnMaker>> makers_;
};

}  // namespace provision
