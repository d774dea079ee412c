// Filling one table, with everything that its rules leave to try.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/row_maker.h"
#include "provision/engine/database.h"

namespace harness {

class TableFill {
 public:
  /// `present` is how many rows there are. `later` are the rules of tables that this one refers to
  /// and that get their rows after it; they are predicted where the reference may wait for them.
  TableFill(provision::Database& database, const provision::RowRules& rules, std::int64_t present,
            const std::vector<const provision::RowRules*>& later);

  /// Adds up to `wanted` rows and returns how many.
  std::int64_t add(std::int64_t wanted);

  const std::string& trouble() const { return trouble_; }
  const std::string& missing_parent() const { return missing_parent_; }
  /// References to rows that are not there yet.
  const std::vector<const provision::ReferenceRule*>& predicted() const { return predicted_; }

 private:
  std::vector<std::vector<provision::Row>> parents(
      const std::vector<const provision::RowRules*>& later);
  std::vector<provision::Row> rows_of_parent(const provision::ReferenceRule& reference);

  std::int64_t add_plain(std::int64_t wanted);
  std::int64_t add_tried(std::int64_t wanted);
  std::int64_t add_sparse(std::int64_t wanted);

  std::vector<provision::Row> satisfying(const std::vector<provision::Row>& candidates);
  std::string literal(const provision::RuledColumn& column,
                      const std::optional<std::string>& value) const;
  std::string insert_sql(const std::vector<provision::Row>& rows, bool sparse) const;
  std::int64_t insert(const std::vector<provision::Row>& rows, bool sparse,
                      std::string_view conflict);
  template <typename Work>
  bool contained(Work work);

  provision::Database& database_;
  const provision::RowRules& rules_;
  std::int64_t present_;
  std::vector<const provision::ReferenceRule*> predicted_;
  RowMaker maker_;
  std::string trouble_;
  std::string missing_parent_;
};

}  // namespace harness
