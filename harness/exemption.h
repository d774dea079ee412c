// What the authors of a revision have said that its downgrade cannot do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provision/model/environment.h"
#include "provision/model/revision.h"

namespace harness {

struct Exemption {
  std::optional<std::string> irreversible;  ///< why
  std::vector<std::string> lossy;           ///< "users.nickname: why"
};

/// What the revision itself and the environment say, together.
Exemption exemption_of(const provision::Revision& revision, const provision::VerifyRules& rules);

}  // namespace harness
