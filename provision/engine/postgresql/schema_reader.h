// The schema of a PostgreSQL database, read from its catalog.
#pragma once

#include <string>
#include <vector>

#include "provision/engine/postgresql/catalog_rows.h"
#include "provision/engine/schema_reader.h"

namespace provision::postgresql {

class PostgresqlSchemaReader final : public SchemaReader {
 public:
  /// `is_open` is true while a transaction of the session is.
  PostgresqlSchemaReader(Connection& connection, const bool& is_open, SchemaScope scope);

  SchemaSnapshot snapshot() override;
  SchemaChanges changes() override;
  bool equivalent(const SchemaObject& one, const SchemaObject& other) override;

 private:
  Units read_everything();
  void learn_left_out();
  std::vector<NotCompared> count_uncovered();

  Connection& connection_;
  const bool& is_open_;
  SchemaScope scope_;
  LeftOut left_out_;
  Units known_;            ///< as the last call of either left it
  bool is_known_ = false;  ///< there was one
};

}  // namespace provision::postgresql
