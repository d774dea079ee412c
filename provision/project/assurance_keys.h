// The keys of an environment about backups, drift and verification.
#pragma once

#include "provision/project/yaml.h"

namespace provision {

/// Throws usage Error unless `backup`, `drift` and `verify` of `environment` have the shape and the
/// keys that they may have.
void check_assurance_keys(const YamlNode& environment);

}  // namespace provision
