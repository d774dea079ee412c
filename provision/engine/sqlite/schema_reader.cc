#include "provision/engine/sqlite/database.h"

namespace provision::sqlite {

std::unique_ptr<SchemaReader> SqliteDatabase::schema_reader(const SchemaScope& /*scope*/) {
  throw internal_error("not written yet");
}

}  // namespace provision::sqlite
