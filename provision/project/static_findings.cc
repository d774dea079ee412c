#include "provision/project/static_findings.h"

#include <fmt/format.h>

#include "provision/project/python_module.h"

namespace provision {
namespace {

using Kind = StaticFinding::Kind;

/// What is wrong with the way down, if anything is.
std::vector<StaticFinding> of_downgrade(const Revision& revision) {
  const bool does_something = !revision.up.empty() && !revision.up.front().text.empty();
  if (revision.down.empty()) {
    return {{Kind::no_downgrade, "the file has no function 'downgrade'", revision.place}};
  }
  const Script& down = revision.down.front();
  const Place place{revision.place.file, down.line};
  if (down.text.empty()) {
    if (!does_something) return {};
    return {{Kind::empty_downgrade, "the downgrade is empty, and the upgrade is not", place}};
  }
  const PythonBody body = body_of(down.text);
  if (body.kind != PythonBody::Kind::raises) return {};
  const std::string why = body.message.empty() ? "" : fmt::format(": {}", body.message);
  return {{Kind::raising_downgrade,
           fmt::format("the downgrade only raises NotImplementedError{}", why), place}};
}

}  // namespace

std::vector<StaticFinding> static_findings(const Revision& revision) {
  constexpr size_t kLongestId = 32;
  if (revision.language != ScriptLanguage::python) return {};
  std::vector<StaticFinding> findings = of_downgrade(revision);
  if (revision.id.size() > kLongestId) {
    findings.push_back({Kind::long_id,
                        fmt::format("the id has {} characters, and Alembic's version table has "
                                    "room for {}: not every database takes it",
                                    revision.id.size(), kLongestId),
                        revision.place});
  }
  return findings;
}

}  // namespace provision
