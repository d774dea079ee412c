// Reads the schema of a SQLite database from the texts that SQLite keeps of it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "provision/engine/schema_reader.h"
#include "provision/engine/sqlite/guard.h"
#include "provision/engine/sqlite/schema_entry.h"

namespace provision::sqlite {

/// Remembers each row of `sqlite_schema` and what it stands for: only rows whose text changed, and
/// those that depend on them, are read anew.
class SqliteSchemaReader final : public SchemaReader {
 public:
  /// `connection` must outlive it, and so must the `guard` of its revisions, if it has one.
  SqliteSchemaReader(SQLite::Database& connection, const SchemaScope& scope,
                     const Guard* guard = nullptr);

  SchemaSnapshot snapshot() override;
  SchemaChanges changes() override;
  std::vector<TouchedTable> touched() const override;
  /// True for views and triggers that differ in nothing but how strings are quoted: SQLite writes
  /// those that stand in double quotes anew when a column of any table is renamed or dropped.
  bool equivalent(const SchemaObject& one, const SchemaObject& other) override;

 private:
  struct Step;

  Step advance();
  void register_tables(const Step& step);
  void mark_dependants(Step& step);
  std::set<std::string> changed_shadow_tables(const Step& step);
  void read_again(SchemaEntry& entry) const;
  void resolve_references(SchemaEntry& entry) const;
  bool is_left_out(const std::string& table) const;

  SQLite::Database& connection_;
  const Guard* guard_;
  std::set<std::string> left_out_;
  SchemaEntries entries_;
  std::unordered_map<std::string, const SchemaEntry*> tables_;  ///< by name in lower case
  std::set<std::string> shadow_tables_;
  std::optional<SchemaObject> database_;
  std::string schema_version_;  ///< empty if what was read last had not been committed yet
};

}  // namespace provision::sqlite
