// When that an upgrade fails on generated rows says nothing about the upgrade.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/schema.h"

namespace harness {

/// What generated rows could not know.
struct Unmet {
  std::vector<provision::ObjectId> tables;  ///< whose rows fail
  std::string why;
};

/// Nothing where any rows would fail. `refusal` is what the database said, with its code, `script`
/// the text of the upgrade, `upgrade` what it does on the empty tables of `schema`. Rows that
/// somebody wrote may well meet a constraint on columns that were there before, and be numbers
/// where a text is read as one; generated rows cannot know of either.
std::optional<Unmet> unmet_by_generated_rows(std::string_view refusal, std::string_view script,
                                             const provision::SchemaChanges& upgrade,
                                             const provision::SchemaSnapshot& schema);

}  // namespace harness
