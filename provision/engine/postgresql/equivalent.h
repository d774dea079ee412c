// Whether two definitions mean the same to the server although they are written differently.
#pragma once

#include "provision/engine/postgresql/connection.h"
#include "provision/model/schema.h"

namespace provision::postgresql {

/// True if both are written alike after the server has read each back. Makes throw-away objects, so
/// the caller takes back all that this did. Throws refused Error for what the server does not read.
bool is_written_alike(Connection& connection, const SchemaObject& one, const SchemaObject& other);

}  // namespace provision::postgresql
