// The postgresql engine's entry in the table of engines.
#pragma once

#include <memory>

#include "provision/engine/engine.h"

namespace provision::postgresql {

std::unique_ptr<Engine> make_engine(Progress& progress);

}  // namespace provision::postgresql
