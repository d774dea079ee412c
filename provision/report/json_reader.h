// Reading back what `to_json` wrote.
#pragma once

#include <string>
#include <string_view>

#include "provision/model/report.h"

namespace provision {

/// The report that `text`, read from `file`, is the JSON of: writing it again gives the same text.
/// What JSON does not say (headings, colours, what is shown where) has its default. Throws usage
/// Error with the file for anything else, and for the JSON of an error.
Report read_json(std::string_view text, const std::string& file);

}  // namespace provision
