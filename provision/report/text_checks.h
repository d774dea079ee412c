// Checks and findings in the text format.
#pragma once

#include <string>

#include "provision/model/report.h"
#include "provision/report/render.h"

namespace provision {

/// One aligned line a check: verdict, id, title, times, reason; then the slowest of many.
std::string checks_text(const Report& report, const Style& style);

/// Every finding in full: where, what, and what differs.
std::string findings_text(const Report& report, const Style& style);
std::string findings_text(const std::vector<const Finding*>& findings, const Style& style);

/// What differs without being wrong, check by check.
std::string notes_text(const Report& report, const Style& style);

}  // namespace provision
