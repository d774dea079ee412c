// The manifest of a backup as a file: JSON that tells when it is not what was written.
#pragma once

#include <string>

#include "provision/model/backup.h"

namespace provision {

std::string manifest_text(const BackupManifest& manifest);

/// What `manifest_text` wrote; `shown` names it in messages. Throws usage Error for anything else:
/// text that is cut short or was changed, a path that leads out of the backup, a newer format.
BackupManifest parse_manifest(const std::string& text, const std::string& shown);

}  // namespace provision
