// The values that generators are told: decimals, days, moments, rates.
#pragma once

#include <cstdint>
#include <string_view>

#include "provision/project/yaml.h"

namespace provision {

// All throw usage Error at the node if it is something else; `what` names it in the message.

/// Digits behind the point of "12.50"; at most nine.
int decimals_of(const YamlNode& node, std::string_view what);
/// "12.5" in units of 10^-scale: 1250 at a scale of 2.
std::int64_t decimal_units(const YamlNode& node, std::string_view what, int scale);

/// Days since 1970 of "2020-01-31".
std::int64_t day_number(const YamlNode& node, std::string_view what);
/// Seconds since 1970 of "2020-01-31", the first of that day, or "2020-01-31 10:20:30".
std::int64_t second_number(const YamlNode& node, std::string_view what);

/// 250,000 of "0.25".
std::int64_t rate_per_million(const YamlNode& node, std::string_view what);

}  // namespace provision
