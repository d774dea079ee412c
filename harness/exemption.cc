#include "harness/exemption.h"

#include "provision/base/text.h"

namespace harness {
namespace {

/// True if the table of `what` was there and had rows, so that something of it could have been
/// lost.
bool had_rows(std::string_view what, const RowsChanges& there_and_back) {
  for (const auto& [unused, change] : there_and_back) {
    if (!change.before || change.before->count == 0) continue;
    const DataDifference whole{.schema = change.before->schema, .table = change.before->name};
    const std::string subject = whole.subject();
    if (what == subject || what.starts_with(subject + ".")) return true;
  }
  return false;
}

}  // namespace

Exemption exemption_of(const provision::Revision& revision, const provision::VerifyRules& rules) {
  Exemption exemption{revision.irreversible, revision.lossy};
  const auto said = rules.exempt.find(revision.id);
  if (said == rules.exempt.end()) return exemption;
  if (!exemption.irreversible) exemption.irreversible = said->second.irreversible;
  exemption.lossy.insert(exemption.lossy.end(), said->second.lossy.begin(),
                         said->second.lossy.end());
  return exemption;
}

std::vector<std::string> excuse(std::vector<DataDifference>& differences,
                                const Exemption& exemption, const RowsChanges& there_and_back) {
  std::vector<std::string> unneeded;
  for (const std::string& said : exemption.lossy) {
    const std::string what(provision::trimmed(said.substr(0, said.find(':'))));
    const size_t excused = std::erase_if(differences, [&](const DataDifference& one) {
      if (one.type == DataDifference::Type::extra) return false;
      const std::string subject = one.subject();
      return subject == what || subject.starts_with(what + ".");
    });
    if (excused == 0 && had_rows(what, there_and_back)) unneeded.push_back(what);
  }
  return unneeded;
}

}  // namespace harness
