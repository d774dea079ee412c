// What a column gets that nobody wrote a generator for.
#pragma once

#include "provision/ops/generate/column_plan.h"

namespace provision {

/// Fills in what the type of the column stands for, as the CHECKs, read into `hints`, want it.
/// Leaves a column to the database whose type we know no value of. Throws usage Error if it cannot
/// be left.
void plan_by_type(ColumnPlan& plan, const RowRules& rules, const values::TableHints& hints);

}  // namespace provision
