// The schema of a database, read once.
#pragma once

#include "provision/engine/engine.h"
#include "provision/model/schema.h"

namespace provision {

/// Reads the schema of the database of `spec` and changes nothing.
SchemaSnapshot take_snapshot(Engine& engine, const DatabaseSpec& spec);

}  // namespace provision
