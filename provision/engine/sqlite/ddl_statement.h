// What the texts of CREATE INDEX, VIEW, TRIGGER and VIRTUAL TABLE statements say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/engine/sqlite/ddl_table.h"

namespace provision::sqlite {

// Expressions are parts of the tokens that they were read from. Each function returns nothing if
// the statement is of another kind or does not read as one of this.

struct IndexDefinition {
  bool unique = false;
  std::vector<KeyPart> parts;
  Tokens where;  ///< empty where all rows are in it
};
std::optional<IndexDefinition> index_definition(Tokens statement);

struct ViewDefinition {
  std::vector<std::string> columns;  ///< empty where the query names them
  Tokens query;
};
std::optional<ViewDefinition> view_definition(Tokens statement);

struct TriggerDefinition {
  std::string timing;                ///< "before", "after", "instead of"
  std::string event;                 ///< "insert", "update", "delete"
  std::vector<std::string> columns;  ///< of UPDATE OF, sorted
  Tokens when;                       ///< empty where it always fires
  Tokens body;                       ///< what stands between BEGIN and END
};
std::optional<TriggerDefinition> trigger_definition(Tokens statement);

struct VirtualTableDefinition {
  std::string module;
  std::vector<Tokens> arguments;
};
std::optional<VirtualTableDefinition> virtual_table_definition(Tokens statement);

}  // namespace provision::sqlite
