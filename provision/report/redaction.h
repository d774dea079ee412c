// Passwords taken out of a report, before any format is made from it.
#pragma once

#include "provision/model/report.h"

namespace provision {

/// `report` with every text in it redacted: each by itself, since a format's own quotes and escapes
/// would hide from the masker where a password ends.
Report redacted(Report report);

}  // namespace provision
