// Databases made ahead, so that a command finds one that only needs a name. What there is stands on
// disk and in the server, for each of many short processes takes one.
#pragma once

#include "provision/ops/recipe.h"

namespace provision {

/// Gives `place` one of the databases that wait for it and are made from what `recipe` says. False
/// if there is none.
bool take_from_pool(const Workspace& workspace, const Recipe& recipe, const DatabaseSpec& place);

/// Makes databases until as many wait as the pool of `spec` is to have, but never more than its
/// most, those in use counted; removes those that are made from what is no more. Does nothing while
/// another process does the same; may be killed at any time. Returns how many it made.
int fill_pool(const Workspace& workspace, const DatabaseSpec& spec);

/// What the process that fills it has to say.
std::filesystem::path pool_log(const DatabaseSpec& spec);

/// How the names of all that wait in pools begin.
constexpr std::string_view kPoolPrefix = "provision_pool_";

/// How those begin that wait for the database of `spec`.
std::string pool_prefix(const DatabaseSpec& spec);

}  // namespace provision
