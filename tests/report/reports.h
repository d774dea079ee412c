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
/// Two databases of staging, the way `drift` tells them: objects with parts, severities, a likely
/// rename, rules that hid something.
Report schema_drift_report();
/// The same of schemas that are equal.
Report equal_drift_report();
/// Forty databases of one shape, two of which are not, and one that is not there.
Report fleet_drift_report();
/// As `hostile_report`, in every place that drift has.
Report hostile_drift_report();
/// `count` tables that differ among `same` that do not.
Report large_drift_report(int count, int same);
/// Two databases that have a revision of one name, wrong in each for another reason.
Report two_databases_report();
/// A history of `count` revisions with branches and merges; one in 50 fails.
Report long_report(int count);

}  // namespace provision
