// What a comparison found, as a report tells it.
#pragma once

#include <string>
#include <string_view>

#include "provision/model/report.h"
#include "provision/ops/drift/compare.h"

namespace provision {

/// Adds to `report` what was compared, what differs, and what was passed over.
void add_to_report(Report& report, const DriftResult& result, const DriftOptions& options);

/// The verdict on what could not be compared, of several.
inline constexpr std::string_view kUnread = "unreadable";

/// "3 differences in 2 objects: 1 breaking, 2 risky"; "no difference" where there is none. What
/// could not be read or compared is counted behind.
std::string drift_summary(const Report& report);

}  // namespace provision
