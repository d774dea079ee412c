// Whatever the bytes, a template is read or refused.
#include <cstdint>

#include "provision/project/template_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    provision::parse_template(text, {"f", 1});
  } catch (const provision::Error&) {
    return 0;  // an answer as good as any
  }
  return 0;
}
