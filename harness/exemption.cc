#include "harness/exemption.h"

namespace harness {

Exemption exemption_of(const provision::Revision& revision, const provision::VerifyRules& rules) {
  Exemption exemption{revision.irreversible, revision.lossy};
  const auto said = rules.exempt.find(revision.id);
  if (said == rules.exempt.end()) return exemption;
  if (!exemption.irreversible) exemption.irreversible = said->second.irreversible;
  exemption.lossy.insert(exemption.lossy.end(), said->second.lossy.begin(),
                         said->second.lossy.end());
  return exemption;
}

}  // namespace harness
