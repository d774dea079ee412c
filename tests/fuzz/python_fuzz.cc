// Whatever the bytes, the reader answers with a module or an Error.
#include <cstdint>

#include "provision/base/error.h"
#include "provision/project/python_module.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    for (const auto& function : provision::parse_python_module(text, "f").functions) {
      provision::body_of(function.text);
    }
  } catch (const provision::Error&) {
    return 0;  // an answer as good as any
  }
  return 0;
}
