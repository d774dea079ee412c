// What the migrations of a database make at the revision that another side is at.
#pragma once

#include "provision/ops/drift/compare.h"

namespace provision {

/// The revisions that head is to have: those of `options.at`, else those that `other` has, else all
/// where it is no database. Throws usage Error where a database has no record of them.
RevisionSet revisions_of_head(const Migrations& migrations, const DriftOptions& options,
                              const DriftSide& other);

/// True if `provision.lock` proves that `revisions` make what `other`, a side as head is compared
/// with it, holds.
bool is_proven(const Migrations& migrations, const RevisionSet& revisions, const DriftSide& other);

/// What is said of the revisions that `side` has and the migrations do not have like that.
std::vector<Finding> revision_findings(const Migrations& migrations, const DriftSide& side);

}  // namespace provision
