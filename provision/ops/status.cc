#include <fmt/format.h>

#include "provision/base/error.h"
#include "provision/base/readable_size.h"
#include "provision/base/text.h"
#include "provision/model/target.h"
#include "provision/ops/applied_view.h"
#include "provision/ops/inspect.h"
#include "provision/ops/seed.h"
#include "provision/ops/servers.h"

namespace provision {
namespace {

const std::vector<Column>& columns() {
  static const std::vector<Column> kColumns = {{"database"},
                                               {"kind"},
                                               {"state"},
                                               {"location"},
                                               {"server"},
                                               {"revisions", "at"},
                                               {"pending"},
                                               {"edited"},
                                               {"interrupted"},
                                               {"seeds"},
                                               {"size", "", Shown::json_only},
                                               {"readable_size", "size"},
                                               {"made_by", "made by"},
                                               {"made_at", "made at"},
                                               {"uuid", "", Shown::verbose},
                                               {"managed_server", "managed server"}};
  return kColumns;
}

/// How many revisions `upgrade heads` would apply.
std::int64_t pending_count(const RevisionGraph& graph, const RevisionSet& applied) {
  return static_cast<std::int64_t>(upgrade_plan(graph, "heads", applied).revisions.size());
}

std::vector<std::string> edited_revisions(const RevisionGraph& graph, const AppliedView& applied) {
  std::vector<std::string> edited;
  for (const AppliedRevision& revision : applied.all()) {
    const std::string state = applied.file_state(revision.id, graph.find(revision.id));
    if (!state.empty() && state != "same")
      edited.push_back(fmt::format("{} ({})", revision.id, state));
  }
  return edited;
}

Cell state_word(std::int64_t pending, const std::vector<std::string>& edited, bool interrupted) {
  if (interrupted) return {"interrupted", Tone::bad};
  if (!edited.empty()) return {"edited", Tone::bad};
  if (pending > 0) return {"behind", Tone::warning};
  return {"up to date", Tone::good};
}

std::vector<Cell> row_of(const Workspace& workspace, const DatabaseSpec& spec) {
  const RevisionGraph graph = workspace.revisions(spec);
  std::vector<Cell> row(columns().size());
  row[0] = {spec.label(), Tone::name};
  row[1] = std::string(name_of(spec.kind));
  row[3] = spec.location.url();
  if (std::string words = server_words(workspace.engine(spec), spec); !words.empty()) {
    row[15] = std::move(words);
  }
  if (!workspace.engine(spec).exists(spec)) {
    row[2] = {"missing", Tone::warning};
    row[6] = Cell(Value(pending_count(graph, {})));
    return row;
  }
  const auto database = workspace.connect(spec, Access::read);
  const AppliedView applied(*database, graph);
  State state(*database);
  const std::vector<std::string> edited = edited_revisions(graph, applied);
  const std::int64_t pending = pending_count(graph, applied.known(graph));
  const std::optional<InterruptedRevision> interrupted =
      state.exists() ? state.interrupted() : std::nullopt;
  std::vector<std::string> tips = graph.tips(applied.known(graph));
  for (const std::string& id : applied.unknown(graph)) tips.push_back(id);
  const ServerFacts facts = database->facts(true);
  row[2] = state_word(pending, edited, interrupted.has_value());
  row[4] = facts.product;
  row[5] = tips.empty() ? Cell("base", Tone::dim) : Cell(Value(tips));
  row[6] = Cell(Value(pending));
  row[7] = Cell(Value(edited), Tone::bad);
  if (interrupted) row[8] = {interrupted->id, Tone::bad};
  row[9] = Cell(Value(seed_states(workspace, spec, *database)));
  row[10] = Cell(Value(facts.size));
  row[11] = readable_size(facts.size);
  const auto identity = state.identity();
  row[12] = identity && identity->created ? identity->created_by : std::string("not provision");
  if (identity) {
    row[13] = {identity->created_at, Tone::dim};
    row[14] = identity->uuid;
  }
  return row;
}

}  // namespace

Report status(const Workspace& workspace) {
  Report report = workspace.report();
  Table table{"databases", "", columns()};
  table.vertical = true;
  for (const DatabaseSpec& spec : workspace.databases) {
    table.rows.push_back(row_of(workspace, spec));
    const std::string state = std::get<std::string>(table.rows.back()[2].value);
    if (state == "missing") report.hints.emplace_back("`provision reset` makes it");
    if (state == "behind") report.hints.emplace_back("`provision upgrade` applies what is pending");
    if (state == "interrupted") report.hints.emplace_back("`provision upgrade` finishes it");
  }
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace provision
