// What the version table of another tool says, whichever tool's it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/engine/database.h"
#include "provision/model/revision_graph.h"

namespace provision {

struct VersionRows {
  std::string table;                      ///< its name as SQL, with its schema
  std::vector<std::string> versions;      ///< of the rows that count, as they are written
  RevisionSet known;                      ///< what is applied of the graph
  std::vector<std::string> unknown = {};  ///< versions that no file has
  std::optional<std::string> dirty = {};  ///< one that was left half way
};

/// Of `table`, "name" or "schema.name"; nothing where there is no such table.
std::optional<VersionRows> read_version_rows(Database& database, std::string_view table,
                                             const RevisionGraph& graph);

}  // namespace provision
