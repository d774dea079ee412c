// The style and the script of the HTML page.
#pragma once

#include <string_view>

namespace provision {

extern const std::string_view kHtmlStyle;
/// What comparisons need besides.
extern const std::string_view kComparedStyle;
/// Filters, searches, sorts. It reads the page alone, and keeps what was chosen in the address.
extern const std::string_view kHtmlScript;

}  // namespace provision
