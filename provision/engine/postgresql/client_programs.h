// `pg_dump` and `pg_restore`: which of those that are installed can work with a server.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace provision::postgresql {

struct ClientPrograms {
  std::filesystem::path folder;
  std::string version;  ///< "15.18"
};

/// Where they may be: the folders of PATH, then those of the distributions.
std::vector<std::filesystem::path> client_folders();

/// The programs in the first of `folders` whose major version is `major`, else those of the next
/// later one. Throws unavailable Error that names `major` and what there is.
ClientPrograms client_programs(const std::vector<std::filesystem::path>& folders, int major);

}  // namespace provision::postgresql
