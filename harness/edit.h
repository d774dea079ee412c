// What was edited in a revision since it was proven.
#pragma once

#include <filesystem>
#include <string>

#include "provision/model/revision.h"

namespace harness {

/// The lines that differ from the text that had `checksum`, as version control knows it; where it
/// does not, a sentence that says so.
std::string edit_of(const provision::Revision& revision, const std::string& checksum,
                    const std::filesystem::path& project);

}  // namespace harness
