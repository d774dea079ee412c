#include "harness/verdict.h"

#include <array>
#include <utility>

namespace harness {
namespace {

using Outcome = provision::Check::Outcome;

struct VerdictRow {
  Verdict verdict;
  std::string_view name;
  Outcome outcome;
};

constexpr std::array kVerdicts = {
    VerdictRow{Verdict::ok, "ok", Outcome::passed},
    VerdictRow{Verdict::irreversible, "irreversible", Outcome::skipped},
    VerdictRow{Verdict::no_down, "no-down", Outcome::failed},
    VerdictRow{Verdict::up_failed, "up-failed", Outcome::failed},
    VerdictRow{Verdict::down_failed, "down-failed", Outcome::failed},
    VerdictRow{Verdict::residue, "residue", Outcome::failed},
    VerdictRow{Verdict::reup_failed, "reup-failed", Outcome::failed},
    VerdictRow{Verdict::reup_differs, "reup-differs", Outcome::failed},
    VerdictRow{Verdict::data_lost, "data-lost", Outcome::failed},
    VerdictRow{Verdict::stale_exemption, "stale-exemption", Outcome::failed},
    VerdictRow{Verdict::edited, "edited", Outcome::failed},
    VerdictRow{Verdict::skipped, "skipped", Outcome::skipped},
};

const VerdictRow& row_of(Verdict verdict) { return kVerdicts[static_cast<size_t>(verdict)]; }

constexpr bool follows_the_enumeration() {
  for (size_t i = 0; i < kVerdicts.size(); ++i) {
    if (static_cast<size_t>(kVerdicts[i].verdict) != i) return false;
  }
  return true;
}
static_assert(follows_the_enumeration());

}  // namespace

std::string_view name_of(Verdict verdict) { return row_of(verdict).name; }

Outcome outcome_of(Verdict verdict) { return row_of(verdict).outcome; }

void RevisionResult::fail(Verdict found, provision::Finding finding) {
  finding.verdict = name_of(found);
  finding.subject = id;
  if (findings.empty()) verdict = found;
  findings.push_back(std::move(finding));
}

}  // namespace harness
