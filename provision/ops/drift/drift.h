// `drift`: what differs between two databases, without touching either.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "provision/ops/drift/compare.h"
#include "provision/ops/drift/source.h"
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

struct DriftAnswer {
  Report report;
  std::int64_t unread = 0;  ///< databases of several that could not be read; a finding each
};

/// Compares `actual` with `expected`.
DriftAnswer drift(const DriftSource& expected, const DriftSource& actual,
                  const DriftOptions& options, Engines& engines, Progress& progress);

/// Compares each of `environments` with its head. `problems` are those that cannot be used at all,
/// by name, with what is wrong with their files.
DriftAnswer drift_all(const std::vector<DriftSource>& environments,
                      const std::vector<std::pair<std::string, std::string>>& problems,
                      const DriftOptions& options, Engines& engines, Progress& progress);

/// Compares the databases of a fleet, that of `pair.actual`, with one that is expected of all, and
/// adds to `answer` which of them are odd, by what is odd about them.
void add_fleet(DriftAnswer& answer, const DriftPair& pair, DriftComparer& comparer,
               const DriftOptions& options);

/// Says that `subject` is not among what was compared, and why.
void add_unread(DriftAnswer& answer, std::string subject, std::string why);

/// True for what keeps one database from being looked at without being a reason to stop.
bool is_trouble_of_one(const Error& error);

}  // namespace provision
