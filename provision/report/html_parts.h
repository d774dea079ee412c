// The parts of the HTML page that are made from checks and findings.
#pragma once

#include <map>
#include <string>

#include "provision/model/report.h"

namespace provision {

/// The list of checks: graph, verdict, what it is, time bar.
std::string html_rows(const Report& report);

/// A card for each finding, and below them what differs without being wrong.
std::string html_findings(const Report& report);

/// The counts of all kinds of object in the findings' differences.
std::map<std::string, int> difference_kinds(const std::vector<Finding>& findings);

}  // namespace provision
