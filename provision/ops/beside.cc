#include "provision/ops/beside.h"

#include "provision/base/error.h"

namespace provision {

Beside::~Beside() {
  if (published_) return;
  try {
    const std::string id = engine_.connect(spec_, {.scratch = true})->facts().object_id;
    engine_.drop(spec_, id, true);
  } catch (const Error&) {
    // The failure that brought us here is the one to tell; `gc` finds what is left.
  }
}

}  // namespace provision
