// The keys of an environment about backups, drift and verification.
#pragma once

#include "provision/model/environment.h"
#include "provision/project/yaml.h"

namespace provision {

/// Throws usage Error unless `backup` and `drift` of `environment` have the shape and the keys that
/// they may have.
void check_assurance_keys(const YamlNode& environment);

/// What `verify` of `environment` says. Throws usage Error.
VerifyRules read_verify_rules(const YamlNode& environment);

}  // namespace provision
