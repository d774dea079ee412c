// The URLs of a fleet: many databases of one shape, in a variable or a file.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "provision/base/error.h"
#include "provision/model/environment.h"

namespace provision {

/// The URLs of `text`, which blanks or line ends stand between; a path may have blanks. Lines that
/// begin with '#' are passed over. Throws usage Error that names `source` ("variable 'X'") and
/// which of them is none, and shows nothing of it.
std::vector<ParsedUrl> parse_urls(std::string_view text, std::string_view source);

/// Those of a file. Throws usage Error at `place` if it has none, or passwords that others can
/// read.
std::vector<ParsedUrl> read_urls_file(const std::filesystem::path& path, const Place& place);

}  // namespace provision
