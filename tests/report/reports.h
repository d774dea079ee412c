// Reports made up for the tests of formats.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// A check that passed, with times.
Check passed_check(const std::string& id, const std::vector<std::string>& parents);

/// Three revisions, nothing wrong.
Report passing_report();
/// A branch and its merge, with something wrong of every sort, something skipped, notes.
Report failing_report();
/// Names and texts that would break a careless format: markup, terminal escapes, commands of CI
/// systems, bidirectional marks, bytes that are no UTF-8, a password.
Report hostile_report();
/// Differences between two environments: findings, and no checks.
Report drift_report();
/// A history of `count` revisions with branches and merges; one in 50 fails.
Report long_report(int count);

}  // namespace provision
