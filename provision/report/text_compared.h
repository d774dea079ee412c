// Comparisons in the text format.
#pragma once

#include <string>

#include "provision/report/compared.h"
#include "provision/report/render.h"

namespace provision {

/// What differs, worst first and as detailed as `style` says: "breaking  ~ table shop.users", and
/// below it a line for each difference with its reason, and what both sides have.
std::string compared_text(const ComparedReport& report, const Style& style);

}  // namespace provision
