// How the objects that differ belong together: parts and what they are parts of.
#pragma once

#include <vector>

#include "provision/model/schema_difference.h"

namespace provision {

/// Puts the missing (extra) parts of missing (extra) objects under them.
void fold_parts(std::vector<ObjectDifference>& differences);

/// Fills in what the parts in `differences` are parts of; both sides have it.
void note_wholes(std::vector<ObjectDifference>& differences, const SchemaSnapshot& expected,
                 const SchemaSnapshot& actual);

/// Fills in which column the missing and extra ones follow, as the tables in `changes` have them.
void note_order(std::vector<ObjectDifference>& differences, const SchemaChanges& changes);

}  // namespace provision
