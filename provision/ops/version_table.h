// The tables in which other tools keep what they have applied, written as they write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/revision_graph.h"

namespace provision {

/// How the tool of one layout keeps its record.
struct VersionTable {
  std::string_view layout;
  std::string_view name;  ///< unless the project calls it otherwise; where the path finds it
  std::string_view key;   ///< the column of the version
  /// A row stands for its revision and all that it needs: only those that no other applied one
  /// needs have one.
  bool only_tips = false;
  bool is_number = false;  ///< the version is one, and "01" is "1"
  /// Its columns in brackets, with `{serial}`, `{moment}`, `{bytes}` for types that differ by
  /// engine; then what the tool puts into an empty table.
  std::string_view columns;
  std::string_view first_rows;
  /// "(version, dirty) VALUES (1, false)" for a revision that took so long.
  std::string (*row)(const Revision& revision, std::string_view version,
                     std::optional<std::int64_t> milliseconds, const Dialect& dialect);
};

/// The table of `layout`, or nullptr: then the record is kept in provision's own.
const VersionTable* version_table_of(std::string_view layout);

/// The table, "name" or "schema.name", in which the tool of `layout` keeps a record that is not
/// written here; empty where there is none.
std::string_view unwritten_table_of(std::string_view layout);

/// The SQL that makes `table`, called `name` (as SQL).
std::string creation_of(const VersionTable& table, const std::string& name, const Dialect& dialect);

/// What `table` calls the revision `id`.
std::string version_of(const VersionTable& table, std::string_view id);

/// The versions that `table` has rows for when `applied` are.
std::vector<std::string> versions_of(const VersionTable& table, const RevisionGraph& graph,
                                     const RevisionSet& applied);

/// Statements, each ended by ";\n", that take the table called `name` (as SQL) from the versions
/// `before` to the applied revisions `after`.
struct VersionChange {
  const VersionTable& table;
  std::string name;
  std::vector<std::string> before;
  RevisionSet after;
  std::optional<std::int64_t> milliseconds = std::nullopt;  ///< of the one that is new
};
std::string sql_of(const VersionChange& change, const RevisionGraph& graph, const Dialect& dialect);

}  // namespace provision
