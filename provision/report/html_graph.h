// The graph of revisions as the HTML page draws it: a lane for each line of descent, a picture a
// row.
#pragma once

#include <string>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// A line of descent that a row meets or passes.
struct GraphRow {
  int lane = 0;               ///< of the check itself
  bool is_rooted = false;     ///< has parents that are not among the checks
  bool has_children = false;  ///< its lane goes on below it
  std::vector<int> parents;   ///< the lanes of its parents
  std::vector<int> passing;   ///< lanes that run past it, to checks further down
};

/// A row for each check. A check whose parents stand below it, or are it, is drawn without them.
std::vector<GraphRow> graph_rows(const std::vector<Check>& checks);

/// Pixels that the widest of `rows` takes.
int graph_width(const std::vector<GraphRow>& rows);

/// `row` as SVG that keeps its shape at any height.
std::string graph_picture(const GraphRow& row, Check::Outcome outcome, int width);

}  // namespace provision
