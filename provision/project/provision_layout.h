// Our own layout: one SQL file a revision, `-- key: value` lines, then sections of SQL.
#pragma once

#include <string>

#include "provision/project/layout.h"

namespace provision {

const Layout& provision_layout();

/// The revision that `text` describes; `file` is its name in places and messages. Throws usage
/// Error with `file:line` for anything that is not understood.
Revision parse_revision(const std::string& text, const std::string& file);

}  // namespace provision
