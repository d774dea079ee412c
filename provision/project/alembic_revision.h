// A revision file of Alembic as a revision, as far as its text tells.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "provision/model/revision.h"

namespace provision {

struct AlembicFile {
  std::filesystem::path path;
  std::string shown;  ///< as messages call it
};

/// The revisions that `files` are, in their order. No file is run; those whose ids or parents are
/// more than literals are read as syntax trees by one process of Python. Throws usage Error at
/// `file:line` for what is no revision.
std::vector<Revision> read_alembic_files(const std::vector<AlembicFile>& files);

}  // namespace provision
