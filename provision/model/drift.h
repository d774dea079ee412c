// What differences between two databases mean to those who use them, and which are to be passed
// over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/schema_difference.h"

namespace provision {

/// How bad a difference is. breaking: reads or writes of the application would fail or give other
/// results; risky: integrity, security or performance differs; cosmetic: nobody but a reader of the
/// schema sees it.
enum class Severity : std::uint8_t { cosmetic, risky, breaking };
std::string_view name_of(Severity severity);

struct Judgement {
  Severity severity = Severity::breaking;
  std::string reason;  ///< a sentence without its end: "inserts that leave it out fail"
};

/// What a missing or extra object means to an application made for what is expected.
Judgement judge(const ObjectDifference& difference);
/// What one field of a changed object means.
Judgement judge(const ObjectDifference& difference, const FieldDifference& field);

/// Two of `differences` that may be one object renamed: alike in all but the name. Said, never
/// assumed.
struct LikelyRename {
  ObjectId expected;
  ObjectId actual;
};
std::vector<LikelyRename> likely_renames(const std::vector<ObjectDifference>& differences);

/// What an environment says of its comparison with others.
struct DriftRules {
  /// A line of `ignore`: KIND NAME, both globs (`table audit.*`, `* pg_temp*`, `privilege * to
  /// metrics`: the name, then the role).
  struct Ignore {
    std::string text;    ///< as it is written
    std::string origin;  ///< "environments/staging.yaml:12"
  };

  std::vector<Ignore> ignore;
  DifferencePolicy policy;
};

/// What one rule hid; 0: it is stale.
struct Ignored {
  DriftRules::Ignore rule;
  int count = 0;
};

/// Takes what `rules` hide out of `differences`, and says how much each did.
std::vector<Ignored> ignore(std::vector<ObjectDifference>& differences, const DriftRules& rules);

}  // namespace provision
