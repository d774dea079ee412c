// The keys of an environment about backups, drift and verification.
#pragma once

#include "provision/model/environment.h"
#include "provision/project/yaml.h"

namespace provision {

/// Throws usage Error unless `backup` of `environment` has the shape and the keys that it may have.
void check_assurance_keys(const YamlNode& environment);

/// What `verify` of `environment` says. Throws usage Error.
VerifyRules read_verify_rules(const YamlNode& environment);

/// What `drift` of `environment` says. Throws usage Error.
DriftRules read_drift_rules(const YamlNode& environment);

}  // namespace provision
