// Gives every table some rows, so that a revision meets what it will meet in production.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "provision/engine/database.h"

namespace harness {

struct FillOptions {
  std::int64_t rows = 5;  ///< that each table has at the end; those that are there count
  /// Tables that get none: "schema.name", or "name" in any schema. Our own never get any.
  std::vector<std::string> left_out = {};
};

/// A table that has fewer rows than it was to get.
struct UnfilledTable {
  std::string table;  ///< "schema.name", or "name" where the engine has no schemas
  std::int64_t rows = 0;
  std::string reason;
};

struct FillReport {
  std::int64_t rows = 0;         ///< that were added
  std::set<std::string> tables;  ///< that got them, and what triggers wrote to
  std::vector<UnfilledTable> unfilled;
};

/// Fills the tables of one database, before revision after revision. Rows are a function of the
/// table's rules and their number alone: the same on every machine and, where types are, on every
/// engine. To be called in the caller's transaction, which what a table refuses does not end; NULL
/// is only where nothing else can be, and keys of numbers begin at 10001, where they meet neither
/// sequences nor the rows that revisions insert with keys of their own.
class Filler {
 public:
  Filler(provision::Database& database, FillOptions options);

  /// Looks at every table.
  FillReport fill();
  /// Looks only at tables that are new, changed or written to since the last call, and at those
  /// that waited for one of them.
  FillReport fill(const std::set<std::string>& touched);

 private:
  /// Rows of a table that refer to rows which are still to come.
  struct Prediction {
    const provision::RowRules* rules;
    std::vector<const provision::ReferenceRule*> references;
  };

  FillReport fill_all(std::vector<provision::RowRules> tables);
  bool is_left_out(const provision::RowRules& rules) const;
  std::vector<provision::RowRules> rules_of(std::set<std::string> touched);
  std::map<std::string, std::int64_t> counts(const std::vector<provision::RowRules>& tables);
  std::vector<const provision::ReferenceRule*> fill_table(
      const provision::RowRules& rules, std::int64_t count,
      const std::vector<const provision::RowRules*>& later, FillReport& report);
  void check(const Prediction& prediction, FillReport& report);

  provision::Database& database_;
  FillOptions options_;
  /// Tables that refer to one without rows, by that one's id.
  std::map<std::string, std::set<std::string>> waiting_;
};

}  // namespace harness
