// Whatever the bytes, the reader answers with rows or an Error.
#include <cstdint>

#include "provision/project/seed_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  provision::SeedTable table;
  try {
    provision::add_json_rows(text, "f", table);
  } catch (const provision::Error&) {
    return 0;  // an answer as good as any
  }
  return 0;
}
