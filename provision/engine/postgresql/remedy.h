// What brings what a server lacks.
#pragma once

#include "provision/base/error.h"

namespace provision::postgresql {

/// `error`, with a hint that names the package of an extension that a server of `version` (150018)
/// has not, or says how a missing role gets there; as it is if it is about something else.
Error with_remedy(const Error& error, int version);

}  // namespace provision::postgresql
