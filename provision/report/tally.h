// Checks counted: how many passed, and what took longest.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// The words of an outcome: "passed", "failed", "skipped".
std::string_view name_of(Check::Outcome outcome);

/// Milliseconds of all steps of `check`.
double duration(const Check& check);

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  double milliseconds = 0;

  int all() const { return passed + failed + skipped; }
};

Tally tally(const std::vector<Check>& checks);

/// "13 revisions: 11 ok, 1 failed, 1 skipped in 34.2 ms".
std::string described(const Tally& tally);

/// The positions of at most `most` checks that took longest, longest first. Empty when so few were
/// timed that a glance shows it.
std::vector<size_t> slowest(const std::vector<Check>& checks, size_t most = 3);

/// "1.2 ms", "3.40 s", "2 min 5 s".
std::string shown_duration(double milliseconds);

/// True if the checks are of several databases, so that each must say which.
bool has_databases(const std::vector<Check>& checks);

/// The names of all steps, in the order in which they are first met.
std::vector<std::string> step_names(const std::vector<Check>& checks);

}  // namespace provision
