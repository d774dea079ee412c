#include "provision/model/revision.h"

#include <fmt/format.h>

#include "provision/base/hash.h"
#include "provision/base/text.h"

namespace provision {

const Script* Revision::script(Direction direction, std::string_view engine) const {
  const Script* common = nullptr;
  for (const Script& script : direction == Direction::up ? up : down) {
    if (script.engine.empty()) {
      common = &script;
    } else if (script.engine == engine) {
      return &script;
    }
  }
  return common;
}

std::string Revision::canonical_text() const {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string unix_text = with_unix_lines(text);
  std::string_view rest = unix_text;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());

  std::string result;
  result.reserve(rest.size() + 1);
  size_t content_end = 0;  // what follows are empty lines only
  for (const std::string_view line : lines_of(rest)) {
    const std::string_view kept = line.substr(0, line.find_last_not_of(" \t") + 1);
    result.append(kept).push_back('\n');
    if (!kept.empty()) content_end = result.size();
  }
  result.resize(content_end);
  return result;
}

std::string Revision::title() const {
  return message.empty() ? id : fmt::format("{} {}", id, message);
}

std::string checksum(const Revision& revision) { return "v1:" + sha256(revision.canonical_text()); }

}  // namespace provision
