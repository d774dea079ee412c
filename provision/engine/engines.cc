#include "provision/engine/engines.h"

#include <array>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/engine/postgresql/engine.h"
#include "provision/engine/sqlite/engine.h"

namespace provision {
namespace {

struct EngineEntry {
  std::string_view name;
  std::unique_ptr<Engine> (*make)(Progress& progress);
};

constexpr std::array kEngines = {
    EngineEntry{"sqlite", &sqlite::make_engine},
    EngineEntry{"postgresql", &postgresql::make_engine},
};

}  // namespace

std::vector<std::string> engine_names() {
  std::vector<std::string> names;
  for (const EngineEntry& entry : kEngines) names.emplace_back(entry.name);
  return names;
}

Engine& Engines::at(std::string_view name) {
  if (const auto found = engines_.find(name); found != engines_.end()) return *found->second;
  for (const EngineEntry& entry : kEngines) {
    if (entry.name == name) {
      return *engines_.emplace(std::string(name), entry.make(progress_)).first->second;
    }
  }
  throw usage_error(fmt::format("unknown engine '{}'", name), name_hint(name, engine_names()));
}

}  // namespace provision
