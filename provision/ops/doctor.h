// `doctor`: whether this machine and these environments have what they need.
#pragma once

#include "provision/base/variables.h"
#include "provision/model/report.h"
#include "provision/ops/workspace.h"
#include "provision/project/project.h"

namespace provision {

/// A row for each check; a finding for each that fails.
Report doctor(const Project& project, Engines& engines);

}  // namespace provision
