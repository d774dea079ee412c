// SQL scripts of seed sets: they say how rows are written, and it must be found out which.
#pragma once

#include "provision/engine/engine.h"
#include "provision/model/seed.h"

namespace provision {

/// Runs a script so that nothing is written if it changes nothing: a first run tells which tables
/// it writes, a second one whether their rows change, a third one whether they then stay.
/// Throws refused Error for one that changes them again. Inside the caller's transaction.
SeedCount apply_script(Engine& engine, Database& database, const SeedScript& script);

}  // namespace provision
