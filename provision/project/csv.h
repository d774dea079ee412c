// CSV as RFC 4180 has it: quoted fields may hold separators, quotes and line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/seed.h"

namespace provision {

/// A header and its rows. An unquoted empty field is NULL, a quoted one is the empty text.
struct CsvTable {
  std::vector<std::string> columns;
  std::vector<SeedRow> rows;
};

/// Throws usage Error with `file:line` for a row with too few or too many fields, text after a
/// closing quote, an unterminated quote, a header with an empty or repeated name.
CsvTable parse_csv(std::string_view text, const std::string& file);

}  // namespace provision
