// What is verified, as the layout of its folder has it.
#pragma once

#include "harness/verify.h"
#include "provision/ops/workspace.h"
#include "provision/project/layout.h"

namespace provision::cli {

/// Reads the revisions of `subject.migrations`, which `spec` is otherwise the database of, and what
/// their layout means for their verification.
void read_folder(harness::Subject& subject, const LayoutChoice& choice, DatabaseSpec spec);

/// The history of one database of `workspace`, by the rules of its environment.
harness::Subject subject_of(const Workspace& workspace, const DatabaseSpec& spec,
                            const std::string& engine, harness::WalkOptions walk);

}  // namespace provision::cli
