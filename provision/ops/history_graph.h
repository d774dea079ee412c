// Drawing a revision graph.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/model/revision_graph.h"

namespace provision {

/// `ids` (in graph order) drawn as "text" (newest first, with lanes), "dot" or "mermaid"; those of
/// `applied` are marked. Throws usage Error for another format.
std::string draw_graph(const RevisionGraph& graph, const std::vector<std::string>& ids,
                       const RevisionSet& applied, std::string_view format);

}  // namespace provision
