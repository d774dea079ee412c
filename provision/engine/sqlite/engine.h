// The sqlite engine's entry in the table of engines.
#pragma once

#include <memory>

#include "provision/engine/engine.h"

namespace provision::sqlite {

std::unique_ptr<Engine> make_engine(Progress& progress);

}  // namespace provision::sqlite
