// The table of engines: the only place outside an engine's own folder that names one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/engine.h"

namespace provision {

std::vector<std::string> engine_names();

/// The engines of one run of the program. Managed servers that they start end with this object.
class Engines {
 public:
  explicit Engines(Progress& progress) : progress_(progress) {}

  /// The engine called `name`. Throws usage Error that suggests the nearest known one.
  Engine& at(std::string_view name);

 private:
  Progress& progress_;
  std::map<std::string, std::unique_ptr<Engine>, std::less<>> engines_;
};

}  // namespace provision
