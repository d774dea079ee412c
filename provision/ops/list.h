// `list`: the environments of a project.
#pragma once

#include <string>

#include "provision/model/report.h"
#include "provision/project/project.h"

namespace provision {

/// A row for each environment; with `values`, every value of `only` (or of all of them), and where
/// it comes from. An environment that cannot be used now is listed with the reason;
/// one that is `only` throws it, unless its values are asked for.
Report list(const Project& project, const std::string& only, bool values);

}  // namespace provision
