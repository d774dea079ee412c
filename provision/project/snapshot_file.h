// A snapshot as a file: sorted, stable JSON, a line an object.
#pragma once

#include <filesystem>
#include <string>

#include "provision/model/schema.h"

namespace provision {

std::string snapshot_text(const SchemaSnapshot& snapshot);

/// What `snapshot_text` wrote; `shown` names it in messages. Throws usage Error for anything else,
/// and for a snapshot of a newer format.
SchemaSnapshot parse_snapshot(const std::string& text, const std::string& shown);

}  // namespace provision
