// Values that have an order, and so may have bounds: numbers and days.
#pragma once

#include <string>

#include "provision/ops/values/value.h"

namespace provision::values {

/// Within the bounds of `hints`, as far as there is room between them.
std::string integer_value(const ValueHints& hints, const ValueSeed& seed);
std::string number_value(const ValueType& type, const ValueHints& hints, const ValueSeed& seed);
std::string date_value(const ValueHints& hints, const ValueSeed& seed);

}  // namespace provision::values
