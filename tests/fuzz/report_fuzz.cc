// Whatever the bytes, the reader answers with a report or an Error; what it reads is written the
// same each time, and every format has it.
#include <cstdint>
#include <cstdlib>

#include "provision/report/json_reader.h"
#include "provision/report/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const provision::Report report = provision::read_json(text, "f");
    const std::string written = provision::to_json(report, {});
    if (provision::to_json(provision::read_json(written, "f"), {}) != written) std::abort();
    for (const std::string& format : provision::check_format_names()) {
      provision::render(report, format, {.verbose = true});
    }
  } catch (const provision::Error&) {
    return 0;  // an answer as good as any
  }
  return 0;
}
