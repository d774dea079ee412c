// Whatever the bytes, the reader answers with a value or an Error.
#include <cstdint>

#include "provision/project/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    provision::parse_csv(text, "f");
  } catch (const provision::Error&) {
    return 0;  // an answer as good as any
  }
  return 0;
}
