// The picture of a comparison: both sides as bars, and every object as a tile.
#pragma once

#include <string>
#include <string_view>

#include "provision/report/compared.h"

namespace provision {

/// Both sides under each other: what is missing sticks out of the one, what is extra out of the
/// other.
std::string html_bars(const Compared& compared);

/// The objects by schema and kind, those that differ named and linked to "#f<number>", their
/// position among `findings`. Of many that are the same only their number is told.
std::string html_map(const Compared& compared, const std::vector<Finding>& findings);

/// Where the parts of an object's name end: "table", "shop", "users".
struct NameParts {
  std::string_view kind;
  std::string_view schema;  ///< empty if it has none
  std::string_view name;
};
NameParts name_parts(std::string_view object);

/// "tables", "indexes", "policies".
std::string plural(std::string_view kind);

}  // namespace provision
