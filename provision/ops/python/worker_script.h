// The text of worker/, as it was when the program was built.
#pragma once

#include <string_view>

namespace provision {

extern const std::string_view kWorkerScript;

}  // namespace provision
