// Tables and pairs in the text format.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "provision/model/report.h"
#include "provision/report/render.h"

namespace provision {

/// Label and value.
using Pairs = std::vector<std::pair<std::string, Cell>>;

/// "label  value" lines with the values under each other; blank values are left out.
std::string pairs_text(const Pairs& pairs, const Style& style);

/// The title, then aligned columns or a block a row; nothing if nothing of it is shown.
std::string table_text(const Table& table, const Style& style);

/// True if what is for `shown` is for this text.
bool is_shown(Shown shown, const Style& style);

/// `key` with blanks for its underscores.
std::string spaced(const std::string& key);

}  // namespace provision
