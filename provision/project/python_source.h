// A Python file's text, whatever it is encoded in.
#pragma once

#include <filesystem>
#include <string>

namespace provision {

/// The text as UTF-8 with unix line ends. The encoding is UTF-8, or the one that a remark in the
/// first two lines names: one of the Latin ones. Throws usage Error for any other, with `shown` as
/// the file's name.
std::string read_python_source(const std::filesystem::path& path, const std::string& shown);

}  // namespace provision
