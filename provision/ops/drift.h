// `drift`: what differs between two databases, without touching either.
#pragma once

#include <string>
#include <vector>

#include "provision/ops/drift_compare.h"
#include "provision/ops/drift_source.h"
#include "provision/ops/workspace.h"

namespace provision {

/// Databases that are compared with each other: of two environments those of one name.
struct DriftPair {
  DriftSubject expected;
  DriftSubject actual;
};

/// Throws usage Error where it is not clear which database is meant. What only one of two
/// environments has becomes a finding of `report`.
std::vector<DriftPair> paired(const DriftSource& expected, const DriftSource& actual,
                              Report& report);

/// Compares `actual` with `expected`: both must outlive the call.
Report drift(const DriftSource& expected, const DriftSource& actual, const DriftOptions& options,
             Engines& engines, Progress& progress);

}  // namespace provision
