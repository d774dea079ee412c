// Environment variables in goose's files, below "-- +goose ENVSUB ON".
#pragma once

#include <string>
#include <string_view>

#include "provision/base/variables.h"

namespace provision {

/// `text` with $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:from:length} and
/// ${NAME?message} put in, and "$$" and "\$" as a dollar, as goose does it: a variable that is not
/// set is empty. Throws usage Error for what is none of these.
std::string substituted(std::string_view text, const Variables& variables);

}  // namespace provision
