// What differs, gathered by the objects that stand on their own.
#pragma once

#include <vector>

#include "provision/model/report.h"
#include "provision/ops/drift/compare.h"

namespace provision {

struct FoundDrift {
  Comparison comparison;
  std::vector<Finding> findings;
  std::vector<Difference> notes;  ///< of objects of which nothing counts
};

FoundDrift found_drift(const DriftResult& result, const DriftOptions& options);

}  // namespace provision
