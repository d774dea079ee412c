#include "provision/engine/postgresql/database.h"

namespace provision::postgresql {

std::unique_ptr<SchemaReader> PostgresqlDatabase::schema_reader(const SchemaScope& /*scope*/) {
  throw internal_error("not written yet");
}

}  // namespace provision::postgresql
