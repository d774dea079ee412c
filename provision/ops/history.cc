#include <fmt/format.h>

#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/ops/applied_view.h"
#include "provision/ops/history_graph.h"
#include "provision/ops/inspect.h"

namespace provision {
namespace {

std::vector<std::string> notes_of(const RevisionGraph& graph, const std::string& id,
                                  const RevisionSet& tips) {
  std::vector<std::string> notes;
  if (tips.contains(id)) notes.emplace_back("current");
  if (graph.is_head(id)) notes.emplace_back("head");
  if (graph.at(id).parents.empty()) notes.emplace_back("base");
  if (graph.is_branch_point(id)) notes.emplace_back("branch point");
  if (graph.is_merge(id)) notes.emplace_back("merge");
  if (!graph.at(id).transactional) notes.emplace_back("no transaction");
  if (graph.at(id).irreversible) notes.emplace_back("irreversible");
  return notes;
}

Cell list(const std::vector<std::string>& values) { return Cell(Value(values)); }

std::vector<Column> revision_columns(const Workspace& workspace) {
  return {workspace.database_column(),
          {"revision"},
          {"parents"},
          {"depends_on"},
          {"labels"},
          {"notes"},
          {"message"},
          {"path", "", Shown::verbose}};
}

std::vector<Cell> revision_cells(const DatabaseSpec& spec, const RevisionGraph& graph,
                                 const std::string& id, const RevisionSet& tips) {
  const Revision& revision = graph.at(id);
  return {spec.name,
          {id, Tone::name},
          list(revision.parents),
          list(revision.depends_on),
          list(graph.branch_labels(id)),
          list(notes_of(graph, id, tips)),
          revision.message,
          {revision.place.file, Tone::dim}};
}

/// A table of `ids`, in their order, for one of the commands that list revisions.
Report listed(const Workspace& workspace, const std::string& key, const std::string& when_empty,
              const std::function<std::vector<std::string>(const RevisionGraph&)>& ids_of) {
  Report report = workspace.report();
  Table table{key, "", revision_columns(workspace), {}, when_empty};
  for (const DatabaseSpec& spec : workspace.databases) {
    const RevisionGraph graph = workspace.revisions(spec);
    for (const std::string& id : ids_of(graph)) {
      table.rows.push_back(revision_cells(spec, graph, id, {}));
    }
  }
  report.tables.push_back(std::move(table));
  return report;
}

/// True for a target that counts from what a database has.
bool is_relative(const std::string& target) {
  return target.find("current") != std::string::npos ||
         target.find_first_of("+-") != std::string::npos;
}

}  // namespace

Report history(const Workspace& workspace, const HistoryOptions& options) {
  Report report = workspace.report();
  Table table{"revisions", "", revision_columns(workspace), {}, "there are no revisions yet"};
  if (options.indicate) {
    for (const Column& column : AppliedView::columns()) table.columns.push_back(column);
  }
  for (const DatabaseSpec& spec : workspace.databases) {
    const RevisionGraph graph = workspace.revisions(spec);
    const std::optional<AppliedView> applied =
        options.indicate || is_relative(options.range)
            ? std::optional(AppliedView(workspace, spec, graph))
            : std::nullopt;
    const RevisionSet applied_ids = applied ? applied->known(graph) : RevisionSet();
    const std::vector<std::string> ids =
        range(graph, options.range.empty() ? ":" : options.range, applied_ids);
    if (!options.graph.empty()) {
      report.body_key = "graph";
      report.body += draw_graph(graph, ids, applied_ids, options.graph);
      continue;
    }
    const std::vector<std::string> tips = graph.tips(applied_ids);
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
      std::vector<Cell> row = revision_cells(spec, graph, *id, {tips.begin(), tips.end()});
      if (options.indicate) {
        for (Cell& cell : applied->cells(*id, graph.find(*id))) row.push_back(std::move(cell));
      }
      table.rows.push_back(std::move(row));
    }
  }
  if (options.graph.empty()) report.tables.push_back(std::move(table));
  return report;
}

Report heads(const Workspace& workspace, bool resolve_dependencies) {
  return listed(workspace, "heads", "there are no revisions yet",
                [&](const RevisionGraph& graph) { return graph.heads(resolve_dependencies); });
}

Report branches(const Workspace& workspace) {
  Report report =
      listed(workspace, "branches", "there are no branches", [](const RevisionGraph& graph) {
        std::vector<std::string> points;
        for (const Revision& revision : graph.revisions()) {
          if (graph.is_branch_point(revision.id)) points.push_back(revision.id);
        }
        return points;
      });
  Table& table = report.tables.front();
  table.columns.insert(table.columns.begin() + 2, Column{"branches_into"});
  std::map<std::string, RevisionGraph> graphs;
  for (const DatabaseSpec& spec : workspace.databases)
    graphs[spec.name] = workspace.revisions(spec);
  for (std::vector<Cell>& row : table.rows) {
    const RevisionGraph& graph = graphs.at(std::get<std::string>(row[0].value));
    row.insert(row.begin() + 2, list(graph.children(std::get<std::string>(row[1].value))));
  }
  return report;
}

Report show(const Workspace& workspace, const std::string& target, bool indicate) {
  Report report = workspace.report();
  Table table{"revisions", "", revision_columns(workspace), {}, "base: no revision"};
  table.vertical = true;
  for (const char* key : {"branches_into", "checksum", "irreversible", "lossy"}) {
    table.columns.push_back({key});
  }
  for (Column& column : table.columns) {
    if (column.key == "path") column.shown = Shown::always;
  }
  if (indicate) {
    for (const Column& column : AppliedView::columns()) table.columns.push_back(column);
  }
  for (const DatabaseSpec& spec : workspace.databases) {
    const RevisionGraph graph = workspace.revisions(spec);
    const std::optional<AppliedView> applied =
        indicate || is_relative(target) ? std::optional(AppliedView(workspace, spec, graph))
                                        : std::nullopt;
    for (const std::string& id :
         resolve(graph, target, applied ? applied->known(graph) : RevisionSet())) {
      const Revision& revision = graph.at(id);
      std::vector<Cell> row = revision_cells(spec, graph, id, {});
      row.push_back(list(graph.children(id)));
      row.emplace_back(checksum(revision), Tone::dim);
      row.push_back(revision.irreversible ? Cell(*revision.irreversible) : Cell());
      row.push_back(list(revision.lossy));
      if (indicate) {
        for (Cell& cell : applied->cells(id, &revision)) row.push_back(std::move(cell));
      }
      table.rows.push_back(std::move(row));
    }
  }
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace provision
