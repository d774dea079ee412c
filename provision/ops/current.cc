#include <fmt/format.h>

#include "provision/base/text.h"
#include "provision/ops/applied_view.h"
#include "provision/ops/inspect.h"

namespace provision {
namespace {

Finding behind(const DatabaseSpec& spec, const std::vector<std::string>& at,
               const std::vector<std::string>& heads) {
  return {"behind", spec.label(),
          fmt::format("at {}, not on all heads ({})", at.empty() ? "base" : joined(at, ", "),
                      joined(heads, ", "))};
}

}  // namespace

Report current(const Workspace& workspace, bool check_heads) {
  Report report = workspace.report();
  Table table{"current",
              "",
              {workspace.database_column(),
               {"revision"},
               {"head", "", Shown::json_only},
               {"note"},
               {"message"},
               {"parents", "", Shown::verbose},
               {"path", "", Shown::verbose}}};
  for (const Column& column : AppliedView::columns()) table.columns.push_back(column);
  std::vector<std::string> empty;
  for (const DatabaseSpec& spec : workspace.databases) {
    const RevisionGraph graph = workspace.revisions(spec);
    const auto database = workspace.connect(spec, Access::read);
    const AppliedView applied(*database, graph);
    std::vector<std::string> tips = graph.tips(applied.known(graph));
    for (const std::string& id : applied.unknown(graph)) tips.push_back(id);
    for (const std::string& id : tips) {
      const Revision* revision = graph.find(id);
      const bool is_head = revision != nullptr && graph.is_head(id);
      std::vector<Cell> row = {spec.name,
                               {id, Tone::name},
                               Cell(Value(is_head)),
                               is_head ? Cell("head", Tone::good) : Cell(),
                               applied.find(id)->message,
                               revision == nullptr ? Cell() : Cell(Value(revision->parents)),
                               revision == nullptr ? Cell() : Cell(revision->place.file)};
      for (Cell& cell : applied.cells(id, revision)) row.push_back(std::move(cell));
      table.rows.push_back(std::move(row));
    }
    if (tips.empty()) empty.push_back(spec.label());
    const std::vector<std::string> heads = graph.heads(true);
    if (check_heads && std::set(tips.begin(), tips.end()) != std::set(heads.begin(), heads.end())) {
      report.findings.push_back(behind(spec, tips, heads));
    }
  }
  if (!empty.empty())
    report.summary =
        fmt::format("'{}' {} at base", joined(empty, "', '"), empty.size() == 1 ? "is" : "are");
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace provision
