// `generate:` of a seed: how many rows are made up, and how.
#pragma once

#include <string_view>

#include "provision/model/generator.h"
#include "provision/project/yaml.h"

namespace provision {

/// Reads the value of `generate:` in the set `set`. Throws usage Error with `file:line`.
Generation read_generation(const YamlNode& node, std::string_view set);

}  // namespace provision
