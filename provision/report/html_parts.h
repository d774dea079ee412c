// The parts of the HTML page that are made from checks and findings.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "provision/model/report.h"

namespace provision {

/// The list of checks: graph, verdict, what it is, time bar.
std::string html_rows(const Report& report);

/// For each comparison a picture of both sides and a card an object that differs.
std::string html_compared(const Report& report);

/// What both sides have, side by side with the changed words marked; nothing if neither has
/// anything.
std::string html_sides(const Difference& difference, std::string_view expected_name,
                       std::string_view actual_name);

/// A card for each finding that no comparison shows, and below them what differs without being
/// wrong.
std::string html_findings(const Report& report);

/// The counts of all kinds of object in the findings' differences.
std::map<std::string, int> difference_kinds(const std::vector<Finding>& findings);

}  // namespace provision
