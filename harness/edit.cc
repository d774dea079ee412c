#include "harness/edit.h"

#include "provision/base/text.h"
#include "provision/project/git.h"

namespace harness {

std::string edit_of(const provision::Revision& revision, const std::string& checksum,
                    const std::filesystem::path& project) {
  provision::Revision proven = revision;
  const auto text =
      provision::committed_text(project / revision.place.file, [&](const std::string& committed) {
        proven.text = provision::with_unix_lines(committed);
        return provision::checksum(proven) == checksum;
      });
  if (!text) return "the text that was proven is not among the last commits of its file";
  return provision::line_difference(proven.canonical_text(), revision.canonical_text());
}

}  // namespace harness
