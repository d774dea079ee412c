// Templates of made-up texts: "user{n:4}@example.com".
#pragma once

#include <string_view>
#include <vector>

#include "provision/model/generator.h"

namespace provision {

/// The parts of `text`; two braces stand for one. Throws usage Error at `place` for a brace without
/// its other, an unknown placeholder (the nearest named) and a width that is none.
std::vector<TemplatePart> parse_template(std::string_view text, const Place& place);

}  // namespace provision
