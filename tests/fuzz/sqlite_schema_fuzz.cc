// Whatever the bytes, a definition reads as something that can be compared.
#include <cstdint>
#include <cstdlib>

#include "provision/engine/sqlite/schema_objects.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  namespace sqlite = provision::sqlite;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  const sqlite::TableObjects table = sqlite::table_objects("t", sql);
  for (const provision::SchemaObject& object :
       {table.objects.at(0), sqlite::index_object("t", "i", sql, &table.facts),
        sqlite::view_object("v", sql), sqlite::trigger_object("t", "r", sql),
        sqlite::virtual_table_object("f", sql)}) {
    if (object.fields.empty()) std::abort();
  }
  return 0;
}
