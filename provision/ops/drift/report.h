// What a comparison found, as a report tells it.
#pragma once

#include <vector>

#include "provision/model/report.h"
#include "provision/ops/drift/compare.h"

namespace provision {

/// Adds to `report` what was compared, what differs, and what was passed over.
void add_to_report(Report& report, const DriftResult& result, const DriftOptions& options);

/// "3 differences in 2 objects: 1 breaking, 2 risky"; "no difference" where there is none. `unread`
/// databases could not be compared.
std::string drift_summary(const Report& report, std::int64_t unread);

}  // namespace provision
