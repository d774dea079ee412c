#include "harness/round_trip.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"

namespace harness {

using provision::Difference;
using provision::Direction;
using provision::Error;
using provision::ErrorKind;
using provision::Finding;
using provision::Revision;
using provision::SchemaChanges;
using provision::Script;

namespace {

/// What the database, or the file, says of a script: an answer. Everything else is trouble.
bool is_answer(const Error& error) {
  return error.kind() == ErrorKind::refused || error.kind() == ErrorKind::usage;
}

Finding finding_of(const Error& error, std::string_view what) {
  std::string message = error.message();
  const std::string place = error.place().text() + ": ";
  if (message.starts_with(place)) message.erase(0, place.size());
  if (!error.code().empty()) message += fmt::format(" [{}]", error.code());
  Finding finding{.message = std::string(what),
                  .file = error.place().file,
                  .line = error.place().line,
                  .detail = message};
  if (!error.hint().empty()) finding.detail += "\nhint: " + error.hint();
  return finding;
}

Finding finding_at(const Revision& revision, const Script& script, std::string message) {
  return {.message = std::move(message),
          .file = script.file.empty() ? revision.place.file : script.file,
          .line = script.line};
}

std::string objects_differ(size_t count) {
  return provision::counted(static_cast<std::int64_t>(count), "difference");
}

}  // namespace

RoundTrip::Step RoundTrip::run(const Revision& revision, const Script& script,
                               std::string_view name, std::string_view what, Look look,
                               RevisionResult& result) {
  Step step;
  if (look == Look::now && name == "up") step.roles = roles(revision);
  try {
    // What cannot even be read is an answer, too: nothing of it ran.
    step.is_atomic = runner_.is_atomic(revision, script);
    const double took = runner_.run(session_.spec(), session_.database(), revision, script, [&] {
      step.looked = true;
      if (look == Look::now) {
        step.changes = session_.look(step.is_atomic);
      } else {
        session_.pass(step.is_atomic);
      }
    });
    result.timings.push_back({std::string(name), took});
    step.heads = runner_.heads();
  } catch (const Error& error) {
    if (!is_answer(error)) throw;
    step.failed = true;
    step.failure = finding_of(error, fmt::format("{} fails", what));
  }
  return step;
}

std::vector<Difference> RoundTrip::compared(const SchemaChanges& changes, RevisionResult& result) {
  const auto differences = provision::difference(
      changes, [this](const provision::SchemaObject& one, const provision::SchemaObject& other) {
        return session_.reader().equivalent(one, other);
      });
  std::vector<Difference> found = provision::described(differences, policy_);
  const auto notes = std::stable_partition(found.begin(), found.end(),
                                           [](const Difference& one) { return one.counts; });
  result.notes.insert(result.notes.end(), notes, found.end());
  found.erase(notes, found.end());
  return found;
}

Aftermath RoundTrip::upgrade_only(const Revision& revision) {
  Aftermath aftermath{.result = {.id = revision.id, .verdict = Verdict::skipped}};
  const Script& script = *revision.script(Direction::up, engine_);
  Step up = run(revision, script, "up", "the upgrade", Look::later, aftermath.result);
  if (up.failed) {
    aftermath.result.fail(Verdict::up_failed, std::move(up.failure));
    aftermath.clean = !up.looked && up.is_atomic;
    return aftermath;
  }
  aftermath.upgraded = true;
  return aftermath;
}

Aftermath RoundTrip::verify(const Revision& revision, const Exemption& exemption) {
  Aftermath aftermath{.result = {.id = revision.id}};
  RevisionResult& result = aftermath.result;
  const Script& script = *revision.script(Direction::up, engine_);
  Step up = run(revision, script, "up", "the upgrade", Look::now, result);
  if (up.failed) {
    result.fail(Verdict::up_failed, std::move(up.failure));
    aftermath.clean = !up.looked && up.is_atomic;
    return aftermath;
  }
  aftermath.upgraded = true;
  result.fingerprint = session_.fingerprint();
  run_own_checks(revision, aftermath);
  find_temporary(revision, script, up.changes, result);
  if (revision.script(Direction::down, engine_) == nullptr) {
    if (exemption.irreversible) {
      result.verdict = Verdict::irreversible;
      result.reason = *exemption.irreversible;
    } else {
      result.fail(Verdict::no_down,
                  finding_at(revision, script,
                             "nothing undoes this revision: write a way down, or say why "
                             "it is irreversible"));
    }
    find_lost_rows(script, up.changes.rows, aftermath);
    aftermath.upgrade = std::move(up.changes.schema);
    return aftermath;
  }
  down_and_up(revision, up, exemption, aftermath);
  aftermath.upgrade = std::move(up.changes.schema);
  if (!exemption.irreversible) return aftermath;
  result.reason = *exemption.irreversible;
  if (result.findings.empty()) {
    result.fail(
        Verdict::stale_exemption,
        finding_at(revision, script,
                   fmt::format("declared irreversible ({}), and yet its downgrade undoes it: take "
                               "the declaration out",
                               result.reason)));
  } else {
    result.findings.clear();
    result.verdict = Verdict::irreversible;
  }
  return aftermath;
}

RoleFacts RoundTrip::roles(const Revision& revision) {
  const Script* const down = revision.script(Direction::down, engine_);
  const bool may_change = revision.language == provision::ScriptLanguage::sql && down != nullptr &&
                          (may_change_roles(revision.script(Direction::up, engine_)->text) ||
                           may_change_roles(down->text));
  return may_change ? session_.database().roles() : RoleFacts();
}

std::vector<Difference> RoundTrip::changed_roles(const Revision& revision,
                                                 const RoleFacts& before) {
  if (before.empty()) return {};
  return role_differences(before, session_.database().roles(),
                          revision.script(Direction::up, engine_)->text + "\n" +
                              revision.script(Direction::down, engine_)->text);
}

void RoundTrip::run_own_checks(const Revision& revision, Aftermath& aftermath) {
  for (const Script& script : revision.verify) {
    try {
      runner_.run(session_.spec(), session_.database(), revision, script, [] {});
    } catch (const Error& error) {
      if (!is_answer(error)) throw;
      aftermath.result.fail(Verdict::up_failed,
                            finding_of(error, "its own check fails after the upgrade"));
    }
  }
}

void RoundTrip::find_temporary(const Revision& revision, const Script& script,
                               const Changes& upgrade, RevisionResult& result) {
  // What Alembic rebuilds a table with, and leaves there when it is stopped half way.
  constexpr std::string_view kTemporary = "_alembic_tmp_";
  for (const provision::ObjectChange& change : upgrade.schema) {
    if (!change.after || change.before || !change.after->id.table.empty()) continue;
    if (!change.after->id.name.starts_with(kTemporary)) continue;
    result.fail(Verdict::residue,
                finding_at(revision, script,
                           fmt::format("the upgrade leaves table '{}' behind: it must be dropped "
                                       "before the next rebuild",
                                       change.after->id.name)));
  }
}

void RoundTrip::compare_heads(const Script& script, const Step& up, const Step& down,
                              const Revision& revision, RevisionResult& result) {
  if (!up.heads || !down.heads) return;
  // A row of what another row's revision needs says nothing new; Alembic leaves it out, or not.
  const auto meant = [this](const std::vector<std::string>& heads) {
    provision::RevisionSet known;
    for (const std::string& id : heads) {
      if (graph_.find(id) != nullptr) known.insert(id);
    }
    return graph_.with_ancestors(known);
  };
  if (meant(up.heads->before) == meant(down.heads->after)) return;
  const auto said = [](const std::vector<std::string>& heads) {
    return heads.empty() ? std::string("nothing") : provision::joined(heads, ", ");
  };
  result.fail(Verdict::residue,
              finding_at(revision, script,
                         fmt::format("the version table says {} after the downgrade, and said {} "
                                     "before the upgrade",
                                     said(down.heads->after), said(up.heads->before))));
}

void RoundTrip::down_and_up(const Revision& revision, const Step& up, const Exemption& exemption,
                            Aftermath& aftermath) {
  const Changes& upgrade = up.changes;
  RevisionResult& result = aftermath.result;
  const Script& script = *revision.script(Direction::down, engine_);
  Step down = run(revision, script, "down", "the downgrade", Look::now, result);
  if (down.failed) {
    result.fail(Verdict::down_failed, std::move(down.failure));
    aftermath.clean = !down.looked && down.is_atomic;
    return;
  }
  const SchemaChanges undone = provision::composed(upgrade.schema, down.changes.schema);
  std::vector<Difference> left = compared(undone, result);
  for (Difference& role : changed_roles(revision, up.roles)) left.push_back(std::move(role));
  if (!left.empty()) {
    Finding finding =
        finding_at(revision, script,
                   fmt::format("the downgrade does not undo the upgrade: {} from before it",
                               objects_differ(left.size())));
    finding.differences = std::move(left);
    result.fail(Verdict::residue, std::move(finding));
  }
  compare_heads(script, up, down, revision, result);
  compare_rows(revision, script, composed(upgrade.rows, down.changes.rows), exemption, aftermath);
  result.is_exact = undone.empty() && result.findings.empty();
  up_again(revision, down.changes.schema, aftermath);
}

void RoundTrip::compare_rows(const Revision& revision, const Script& script,
                             const RowsChanges& there_and_back, const Exemption& exemption,
                             Aftermath& aftermath) {
  std::vector<DataDifference> differences = data_difference(there_and_back);
  for (const std::string& unneeded : excuse(differences, exemption, there_and_back)) {
    aftermath.result.fail(
        Verdict::stale_exemption,
        finding_at(revision, script,
                   fmt::format("'{}' is said to be lost, and yet nothing of it is: take that out",
                               unneeded)));
  }
  if (differences.empty()) return;
  aftermath.clean = false;
  const auto is_lost = [](const DataDifference& one) {
    return one.type != DataDifference::Type::extra;
  };
  const bool lost = std::any_of(differences.begin(), differences.end(), is_lost);
  Finding finding = finding_at(revision, script,
                               lost ? "rows are not what they were before the upgrade"
                                    : "the downgrade leaves rows behind that the upgrade added");
  finding.differences = described(differences);
  aftermath.result.fail(lost ? Verdict::data_lost : Verdict::residue, std::move(finding));
}

void RoundTrip::find_lost_rows(const Script& script, const RowsChanges& upgrade,
                               Aftermath& aftermath) {
  std::vector<DataDifference> lost = lost_rows(upgrade);
  // What the author names is what the author means to lose.
  const std::string text = provision::lower(script.text);
  std::erase_if(lost, [&](const DataDifference& one) {
    return text.find(provision::lower(one.table)) != std::string::npos;
  });
  if (lost.empty()) return;
  Finding finding{.message = "the upgrade loses rows of tables that it does not name"};
  finding.differences = described(lost);
  aftermath.result.fail(Verdict::data_lost, std::move(finding));
}

void RoundTrip::up_again(const Revision& revision, const SchemaChanges& downgrade,
                         Aftermath& aftermath) {
  RevisionResult& result = aftermath.result;
  const Script& script = *revision.script(Direction::up, engine_);
  Step again = run(revision, script, "up again", "a second upgrade", Look::now, result);
  if (again.failed) {
    aftermath.clean = false;
    if (result.findings.empty()) {
      result.fail(Verdict::reup_failed, std::move(again.failure));
    } else {
      result.findings.back().detail = "and so a second upgrade fails: " + again.failure.detail;
    }
    return;
  }
  const SchemaChanges changes = provision::composed(downgrade, again.changes.schema);
  if (changes.empty()) return;
  result.is_exact = false;
  std::vector<Difference> other = compared(changes, result);
  if (other.empty()) return;
  aftermath.clean = false;
  if (!result.findings.empty()) return;
  Finding finding = finding_at(
      revision, script,
      fmt::format("a second upgrade gives another schema: {}", objects_differ(other.size())));
  finding.differences = std::move(other);
  result.fail(Verdict::reup_differs, std::move(finding));
}

}  // namespace harness
