#include "provision/ops/applied_view.h"

#include <algorithm>

namespace provision {

AppliedView::AppliedView(Database& database, const RevisionGraph& graph)
    : applied_(Ledger(database, graph).applied()) {}

AppliedView::AppliedView(const Workspace& workspace, const DatabaseSpec& spec,
                         const RevisionGraph& graph) {
  if (!workspace.engine(spec).exists(spec)) return;
  applied_ = Ledger(*workspace.connect(spec, Access::read), graph).applied();
}

RevisionSet AppliedView::known(const RevisionGraph& graph) const {
  RevisionSet ids;
  for (const AppliedRevision& revision : applied_) {
    if (graph.find(revision.id) != nullptr) ids.insert(revision.id);
  }
  return ids;
}

std::vector<std::string> AppliedView::unknown(const RevisionGraph& graph) const {
  std::vector<std::string> ids;
  for (const AppliedRevision& revision : applied_) {
    if (graph.find(revision.id) == nullptr) ids.push_back(revision.id);
  }
  return ids;
}

const AppliedRevision* AppliedView::find(const std::string& id) const {
  const auto found =
      std::lower_bound(applied_.begin(), applied_.end(), id,
                       [](const AppliedRevision& revision, const std::string& wanted) {
                         return revision.id < wanted;
                       });
  return found != applied_.end() && found->id == id ? &*found : nullptr;
}

std::vector<Column> AppliedView::columns() {
  return {{"applied_at", "applied"}, {"milliseconds", "ms"}, {"applied_by", "by"}, {"file"}};
}

std::string AppliedView::file_state(const std::string& id, const Revision* revision) const {
  const AppliedRevision* applied = find(id);
  if (applied == nullptr) return "";
  if (revision == nullptr) return "missing";
  if (applied->checksum.empty()) return "";
  return checksum(*revision) == applied->checksum ? "same" : "edited";
}

std::vector<Cell> AppliedView::cells(const std::string& id, const Revision* revision) const {
  const AppliedRevision* applied = find(id);
  if (applied == nullptr) return {Cell(), Cell(), Cell(), Cell()};
  const std::string state = file_state(id, revision);
  return {Cell(applied->at, Tone::dim),
          applied->milliseconds ? Cell(Value(*applied->milliseconds)) : Cell(),
          Cell(applied->by, Tone::dim), Cell(state, state == "same" ? Tone::good : Tone::bad)};
}

}  // namespace provision
