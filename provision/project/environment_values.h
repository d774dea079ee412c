// The values of an environment and where each was said, as `provision list -v` shows them.
#pragma once

#include <vector>

#include "provision/model/environment.h"
#include "provision/project/environment_layers.h"

namespace provision {

/// Adds every value of `tree`, whose variables are put in, without secrets. A list is one value.
void add_values(const YamlNode& tree, const Substitutions& substitutions,
                std::vector<ConfiguredValue>& values);

}  // namespace provision
