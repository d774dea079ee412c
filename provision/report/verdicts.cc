#include "provision/report/verdicts.h"

#include <algorithm>
#include <array>

namespace provision {
namespace {

constexpr std::array kVerdicts = {
    Verdict{"no-down", "The revision has no downgrade, and does not say that it cannot have one.",
            "Write the downgrade, or declare the revision irreversible and say why."},
    Verdict{"up-failed", "The database refused the upgrade.",
            "Read what the database said; the line is that of the statement it refused."},
    Verdict{"down-failed", "The database refused the downgrade.",
            "Undo in the downgrade, in the opposite order, each thing that the upgrade does."},
    Verdict{
        "residue", "After the downgrade the schema is not what it was before the upgrade.",
        "Undo in the downgrade what is listed: the extra was left behind, the missing is lost."},
    Verdict{"reup-failed", "After the downgrade the upgrade cannot be applied again.",
            "Look for what the downgrade leaves behind that the upgrade creates anew."},
    Verdict{"reup-differs", "Upgrading again gives another schema than the first time.",
            "Look for what the downgrade leaves behind, and for IF NOT EXISTS in the upgrade."},
    Verdict{"data-lost", "Rows or values that were there before are lost or changed.",
            "Keep the data in the downgrade, or declare what cannot be brought back as lossy."},
    Verdict{"irreversible", "The revision is declared irreversible, but the declaration is stale.",
            "Remove the declaration, or the downgrade that makes it wrong."},
    Verdict{"edited", "The revision was changed after it had been applied or proven.",
            "Bring the old text back, and make the change in a new revision."},
    Verdict{"behind", "The database is not at the newest revisions.", "Upgrade it."},
    Verdict{"missing", "What is expected is not there.",
            "Bring it there by a migration, or take it out of what is expected."},
    Verdict{"extra", "What is there is not expected.",
            "Remove it, write a migration that makes it, or ignore it by a rule."},
    Verdict{"changed", "What is there is not as it is expected.",
            "Bring both together by a migration; what is meant to differ is ignored by a rule."},
    Verdict{"skipped", "The revision could not be looked at.", "The reason says what is missing."},
};

}  // namespace

std::span<const Verdict> known_verdicts() { return kVerdicts; }

const Verdict* find_verdict(std::string_view name) {
  const auto* found = std::find_if(kVerdicts.begin(), kVerdicts.end(),
                                   [&](const Verdict& verdict) { return verdict.name == name; });
  return found == kVerdicts.end() ? nullptr : found;
}

}  // namespace provision
