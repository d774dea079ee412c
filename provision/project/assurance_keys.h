// The keys of an environment about backups, drift and verification.
#pragma once

#include "provision/model/environment.h"
#include "provision/project/yaml.h"

namespace provision {

/// What `backup` of `environment` says, whose project is at `root`. Throws usage Error.
BackupRules read_backup_rules(const YamlNode& environment, const std::filesystem::path& root);

/// What `verify` of `environment` says. Throws usage Error.
VerifyRules read_verify_rules(const YamlNode& environment);

/// What `drift` of `environment` says. Throws usage Error.
DriftRules read_drift_rules(const YamlNode& environment);

}  // namespace provision
