// Whatever the bytes, the readers of other tools' files answer with a value or an Error, and no
// line of a script lies outside its file.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "provision/project/file_pattern.h"
#include "provision/project/goose_variables.h"
#include "provision/project/sections.h"
#include "provision/project/sqitch_plan.h"

namespace {

template <typename Work>
void answered(Work work) {
  try {
    work();
  } catch (const provision::Error&) {
    return;  // an answer as good as any
  }
}

void check_lines(const provision::Revision& revision) {
  const auto lines = std::count(revision.text.begin(), revision.text.end(), '\n') + 1;
  for (const auto* scripts : {&revision.up, &revision.down}) {
    for (const provision::Script& script : *scripts) {
      const auto own = std::count(script.text.begin(), script.text.end(), '\n');
      if (script.line < 1 || script.line + own > lines + 1) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  answered([&] { check_lines(provision::parse_dbmate(text, "f")); });
  answered([&] { check_lines(provision::parse_goose(text, "f")); });
  answered([&] { check_lines(provision::parse_sql_migrate(text, "f")); });
  answered([&] { provision::parse_sqitch_plan(text, "f"); });
  answered([&] { provision::substituted(text, {{"A", "b"}}); });
  answered([&] {
    const size_t half = text.size() / 2;
    const provision::FilePattern pattern(text.substr(0, std::min<size_t>(half, 64)), "f");
    pattern.match(text.substr(half, 64));
    pattern.without_engine().match(text.substr(half, 64));
  });
  return 0;
}
