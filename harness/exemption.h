// What the authors of a revision have said that its downgrade cannot do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/rows_compare.h"
#include "provision/model/environment.h"
#include "provision/model/revision.h"

namespace harness {

struct Exemption {
  std::optional<std::string> irreversible;  ///< why
  std::vector<std::string> lossy;           ///< "users.nickname: why"
};

/// What the revision itself and the environment say, together.
Exemption exemption_of(const provision::Revision& revision, const provision::VerifyRules& rules);

/// Takes out of `differences` what `exemption` says is lost ("users.nickname", or "users" for rows
/// and all columns), and returns what it says without need: where the table has rows and nothing of
/// it is lost. Rows that came are never excused.
std::vector<std::string> excuse(std::vector<DataDifference>& differences,
                                const Exemption& exemption, const RowsChanges& there_and_back);

}  // namespace harness
