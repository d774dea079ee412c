// What the text of a CREATE TABLE statement says.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/engine/sqlite/ddl_cursor.h"

namespace provision::sqlite {

/// One column or expression of a key or an index.
struct KeyPart {
  std::string column = {};  ///< empty if it is an expression
  Tokens expression = {};
  std::string collation = {};  ///< empty where none is said
  bool descending = false;
};

struct ColumnDefinition {
  std::string name = {};
  std::string type = {};       ///< in upper case: "VARCHAR(80)"
  std::string collation = {};  ///< empty where none is said
  bool not_null = false;
  std::string not_null_conflict = {};
  Tokens default_value = {};  ///< empty where there is none
  Tokens generated = {};      ///< the expression; empty if the column holds values of its own
  bool stored = false;        ///< of a generated one
};

/// PRIMARY KEY or UNIQUE, wherever it stands.
struct KeyConstraint {
  std::string name = {};  ///< empty where it has none, here and below
  std::vector<KeyPart> parts = {};
  std::string conflict = {};
  bool autoincrement = false;
  bool descending_column = false;  ///< INTEGER PRIMARY KEY DESC: such a key is not the rowid
};

struct CheckConstraint {
  std::string name = {};
  Tokens expression = {};
};

struct ForeignKeyConstraint {
  std::string name = {};
  std::vector<std::string> columns = {};
  std::string parent = {};
  std::vector<std::string> parent_columns = {};  ///< empty: the primary key
  std::string on_update = {};
  std::string on_delete = {};
  std::string match = {};
  std::string deferrable = {};
};

/// Expressions are parts of the tokens that it was read from.
struct TableDefinition {
  std::vector<ColumnDefinition> columns = {};
  std::optional<KeyConstraint> primary_key = {};
  std::vector<KeyConstraint> uniques = {};
  std::vector<CheckConstraint> checks = {};
  std::vector<ForeignKeyConstraint> foreign_keys = {};
  bool strict = false;
  bool without_rowid = false;
};

/// The table that `statement` makes; nothing if it is no CREATE TABLE or does not read as one.
std::optional<TableDefinition> table_definition(Tokens statement);

/// The parts of a key or an index, from what stands between its parentheses.
std::vector<KeyPart> key_parts(Tokens list);

}  // namespace provision::sqlite
