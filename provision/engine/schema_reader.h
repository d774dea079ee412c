// Reading a database's schema again and again, after the first time only what changed.
#pragma once

#include <string>
#include <vector>

#include "provision/model/schema.h"

namespace provision {

/// What of a database is read.
struct SchemaScope {
  std::vector<std::string> schemas = {};  ///< empty: all but the system's
  /// Tables of bookkeeping, not part of any schema: "schema.name", or "name" in any schema. Our own
  /// are always left out.
  std::vector<std::string> left_out = {};
};

/// A table that a transaction wrote to, or that it took a lock to write to or to change.
struct TouchedTable {
  std::string id;      ///< "schema.name"; the name alone where the engine has no schemas
  bool wrote = false;  ///< rows for sure; else perhaps (TRUNCATE, a rewrite)
};

/// Bound to the session that made it and to be used between its transactions, or inside one of its
/// own steps. Reads nothing that the session may not, and writes nothing.
class SchemaReader {
 public:
  virtual ~SchemaReader() = default;
  SchemaReader() = default;
  SchemaReader(const SchemaReader&) = delete;
  SchemaReader& operator=(const SchemaReader&) = delete;

  /// Everything, read anew.
  virtual SchemaSnapshot snapshot() = 0;
  /// The same at a lower price, as the last that is asked of the reader.
  virtual SchemaSnapshot only_snapshot() { return snapshot(); }
  /// What changed since the last call of either; the first call returns everything as added. Costs
  /// what the changes cost, not what the schema does, where the engine can tell them apart.
  virtual SchemaChanges changes() = 0;
  /// What the transaction in which `changes` was called last had touched of what is read, at a cost
  /// that does not grow with the schema.
  virtual std::vector<TouchedTable> touched() const = 0;
  /// True if both mean the same to the engine although they are written differently: each
  /// definition is read back from a throw-away object made of it. The objects that they name must
  /// exist here.
  virtual bool equivalent(const SchemaObject& one, const SchemaObject& other) = 0;
};

}  // namespace provision
