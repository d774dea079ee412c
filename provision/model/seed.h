// Seed data: rows that a table must have, and how they are told apart from the rows it has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/generator.h"

namespace provision {

/// What a seed does to rows: `upsert` adds and corrects, `insert` only adds, `sync` also removes
/// the rows that are not listed.
enum class SeedMode { upsert, insert, sync };
std::string_view name_of(SeedMode mode);

/// A value as text, as the database's own input functions take it; nothing is SQL NULL.
using SeedValue = std::optional<std::string>;

struct SeedRow {
  std::vector<SeedValue> values;  ///< in the order of the table's `columns`
  int line = 0;
};

/// Rows that are made when they are asked for, so that there may be more than memory holds.
class MadeRows {
 public:
  virtual ~MadeRows() = default;
  virtual std::int64_t count() const = 0;
  /// Puts the values of row `number`, from 0, in the place of those of `row`.
  virtual void make(std::int64_t number, SeedRow& row) const = 0;
  /// The database's `failure` at row `number`, led by the place of the generator that it is about.
  virtual Error explained(const Error& failure, std::optional<std::int64_t> number) const = 0;
};

struct SeedSet;

/// Rows for one table.
struct SeedTable {
  std::string schema;  ///< empty: found by the search path
  std::string table;
  /// The columns of a primary key or unique constraint; none where made rows have none.
  std::vector<std::string> key;
  SeedMode mode = SeedMode::upsert;
  std::vector<std::string> columns;
  std::vector<SeedRow> rows;
  Place place;                                ///< of the entry in the set's file
  std::string file;                           ///< of the rows; the same file where they are inline
  std::optional<Generation> generate = {};    ///< how to make rows, instead of `rows`
  std::shared_ptr<const MadeRows> made = {};  ///< the rows that come of it, for one database
  std::shared_ptr<const SeedSet> set = {};    ///< where made rows find what they refer to

  std::int64_t row_count() const;
  /// Row `number`, from 0; a made one is made into `space`.
  const SeedRow& row(std::int64_t number, SeedRow& space) const;
  /// The database's `failure` at row `number`, led by the place of that row, as far as it is known.
  Error placed(const Error& failure, std::optional<std::int64_t> number) const;
};

/// SQL that is run as it is; it must be idempotent by itself.
struct SeedScript {
  std::string text;
  Place place;  ///< the SQL file
};

/// One entry of a set, in the order of the file.
struct SeedEntry {
  std::optional<SeedTable> table;
  std::optional<SeedScript> script;
};

struct SeedSet {
  std::string name;
  Place place;
  std::vector<SeedEntry> entries;
};

/// What seeding did to one table.
struct SeedCount {
  std::string table;
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t removed = 0;

  bool changed() const { return inserted + updated + removed > 0; }
};

}  // namespace provision
