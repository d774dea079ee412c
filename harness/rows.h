// The rows of a database, read again and again and compared: what a revision does to data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/database.h"
#include "provision/engine/schema_reader.h"
#include "provision/model/schema.h"

namespace harness {

/// The rows of one table as text, in no order; of a big table only counts and digests.
struct TableRows {
  std::string schema;
  std::string name;
  std::vector<std::string> columns = {};  ///< but for generated ones, which follow from the others
  std::vector<std::string> key = {};      ///< the primary key; may be empty
  std::int64_t count = 0;
  std::vector<provision::Row> rows = {};    ///< long values cut, with a digest of the whole
  bool is_digest = false;                   ///< `rows` is empty, for there are too many
  std::vector<std::uint64_t> digests = {};  ///< by column, and independent of the order of rows
  std::vector<provision::Numbering> numberings = {};
  /// Some rows may be generated ones, whose numbers no sequence gave.
  bool has_generated = false;
};

/// One table before and after something; null where it is not there.
struct RowsChange {
  std::shared_ptr<const TableRows> before;
  std::shared_ptr<const TableRows> after;
};
/// By id of the table (in lower case where the engine ignores case); only what was read again,
/// whether it differs or not.
using RowsChanges = std::map<std::string, RowsChange>;

/// `earlier`, then `later`, as one step.
RowsChanges composed(const RowsChanges& earlier, const RowsChanges& later);

/// The id of the table that is called `sql_name` in SQL: without quotes.
std::string table_id(std::string_view sql_name);

/// The tables whose own schema, or that of a part of theirs, changed.
std::set<std::string> changed_tables(const provision::SchemaChanges& changes);

/// Reads the rows of one database; remembers them, so that each call tells what they were before.
class RowReader {
 public:
  /// `left_out` are tables that are not looked at: "schema.name", or "name" in any schema.
  /// `has_generated`: tables are filled with rows whose numbers no sequence gave.
  RowReader(provision::Database& database, std::vector<std::string> left_out,
            bool has_generated = false);

  /// Reads every table.
  RowsChanges read();
  /// Reads those of `touched`.
  RowsChanges read(const std::set<std::string>& touched);
  /// Reads what the open transaction did something to: it wrote to one of `tables`, or it changed
  /// the schema of what had rows.
  RowsChanges read_touched(const std::vector<provision::TouchedTable>& tables,
                           const provision::SchemaChanges& changes);
  /// Whether the table had rows when it was last read.
  bool has_rows(const std::string& id) const;

 private:
  /// What a table is remembered by: names that differ in case may be those of one.
  std::string key(const std::string& id) const;
  /// True for a table that is made anew where one with rows was: the new one may be empty.
  bool came_back(const provision::ObjectChange& change);
  /// Knows a new table without reading it, for nothing was written to it, and forgets an old one.
  void follow(const provision::ObjectChange& change);
  bool is_left_out(const provision::RowRules& rules) const;
  /// Puts what was read in the place of what was known of the tables `ids`.
  RowsChanges exchange(const std::set<std::string>& ids,
                       const std::vector<provision::RowRules>& tables);
  TableRows read_table(const provision::RowRules& rules);
  void add_numberings(std::map<std::string, TableRows>& tables);

  provision::Database& database_;
  std::vector<std::string> left_out_;
  bool has_generated_;
  std::map<std::string, std::shared_ptr<const TableRows>> known_;
  std::set<std::string> gone_;                ///< tables that were dropped with rows
  std::map<std::string, std::string> parts_;  ///< id of a partition, and of the table it is part of
};

}  // namespace harness
