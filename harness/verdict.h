// What the verification says of one revision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/report.h"
#include "provision/model/revision.h"

namespace harness {

enum class Verdict {
  ok,
  irreversible,  ///< declared, with its reason
  no_down,       ///< nothing undoes it, and nobody said why
  up_failed,
  down_failed,
  residue,  ///< the schema after the downgrade is not what it was before
  reup_failed,
  reup_differs,  ///< a second upgrade gives another schema
  data_lost,
  stale_exemption,  ///< declared irreversible or lossy, and is not
  edited,           ///< not the text that was proven
  skipped,          ///< not tried; the reason says why
};

std::string_view name_of(Verdict verdict);
provision::Check::Outcome outcome_of(Verdict verdict);

struct RevisionResult {
  std::string id;
  Verdict verdict = Verdict::ok;
  std::string reason = {};
  std::vector<provision::Check::Timing> timings = {};
  std::vector<provision::Finding> findings = {};
  std::vector<provision::Difference> notes = {};
  std::string fingerprint = {};  ///< of the schema after it; empty where it was not reached

  /// Undone and redone to the letter: not even a name that the server made up is another one.
  bool is_exact = false;

  /// Adds a finding; the first one gives the verdict.
  void fail(Verdict found, provision::Finding finding);
};

}  // namespace harness
