#include "harness/walk.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/unmet.h"
#include "provision/base/error.h"
#include "provision/base/interrupt.h"
#include "provision/project/static_findings.h"

namespace harness {

using provision::Direction;
using provision::Revision;

namespace {

/// What the file alone tells: that an id is too long is a finding of its own; the rest says why
/// another one is there.
void add_static_findings(const Revision& revision, RevisionResult& result) {
  using provision::StaticFinding;
  for (const StaticFinding& found : provision::static_findings(revision)) {
    if (found.kind == StaticFinding::Kind::long_id) {
      result.fail(Verdict::up_failed,
                  {.message = found.message, .file = found.place.file, .line = found.place.line});
    } else if (!result.findings.empty()) {
      std::string& detail = result.findings.front().detail;
      detail += (detail.empty() ? "" : "\n") + found.message;
    }
  }
}

}  // namespace

Walk::Walk(const provision::RevisionGraph& graph, WalkOptions options,
           provision::Progress& progress)
    : graph_(graph),
      options_(std::move(options)),
      progress_(progress),
      scratch_(options_.engine, options_.server, progress),
      runner_(scratch_.engine(), options_.origin, options_.python, progress),
      clean_(scratch_, runner_, fill_options()) {
  clean_.begin(options_.setup, options_.setup_file);
  go_on_with(clean_.with({}), fill_options());
  base_ = session_->begin();
  runner_.prepare(session_->spec(), session_->database());
}

FillOptions Walk::fill_options() const {
  return {.rows = options_.rules.rows, .left_out = options_.scope.left_out};
}

void Walk::go_on_with(const provision::DatabaseSpec& database, const FillOptions& fill) {
  session_ = std::make_unique<Session>(scratch_, database, options_.scope, fill);
}

void Walk::leave_session() {
  const provision::DatabaseSpec spent = session_->spec();
  session_.reset();
  runner_.release();
  scratch_.drop(spent);
}

void Walk::start_afresh() {
  leave_session();
  go_on_with(clean_.with(upgraded_), fill_options());
}

std::string Walk::missing_for(const Revision& revision) const {
  for (const std::vector<std::string>* needed : {&revision.parents, &revision.depends_on}) {
    for (const std::string& id : *needed) {
      if (const auto found = missing_.find(id); found != missing_.end()) return found->second;
    }
  }
  return {};
}

std::string Walk::obstacle(const Revision& revision) const {
  if (revision.skipped) return *revision.skipped;
  if (const std::string missing = missing_for(revision); !missing.empty()) {
    return fmt::format("'{}', which it needs, is not there", missing);
  }
  if (revision.script(Direction::up, options_.engine) == nullptr) {
    return fmt::format("it has no text for {}", options_.engine);
  }
  return {};
}

Exemption Walk::exemption(const Revision& revision) const {
  Exemption exemption = exemption_of(revision, options_.rules);
  if (options_.one_way && !exemption.irreversible) {
    exemption.irreversible = "no revision of this folder has a way down";
  }
  return exemption;
}

Aftermath Walk::tried(const Revision& revision, Treatment treatment) {
  RoundTrip round_trip(*session_, runner_, options_.engine, options_.policy, graph_);
  if (treatment == Treatment::upgrade) return round_trip.upgrade_only(revision);
  session_->catch_up();
  return round_trip.verify(revision, exemption(revision));
}

void Walk::retry_without_rows(const Revision& revision, Treatment treatment, Aftermath& aftermath) {
  leave_session();
  const auto bare = clean_.without_rows(upgraded_);
  go_on_with(bare ? *bare : clean_.with(upgraded_), fill_options());
  aftermath.clean = true;
  if (!bare) return;
  provision::Finding failure = std::move(aftermath.result.findings.front());
  aftermath = tried(revision, treatment);
  if (!aftermath.upgraded) return;
  if (retry_with_fewer_rows(revision, treatment, failure, aftermath)) return;
  if (treatment == Treatment::upgrade) return;
  failure.detail += "\non empty tables it passes: what follows was verified from there";
  aftermath.result.verdict = Verdict::up_failed;
  aftermath.result.findings.insert(aftermath.result.findings.begin(), std::move(failure));
}

bool Walk::retry_with_fewer_rows(const Revision& revision, Treatment treatment,
                                 provision::Finding& failure, Aftermath& aftermath) {
  FillOptions fill = fill_options();
  std::map<std::string, UnfilledTable> emptied;
  const std::string& text = revision.script(Direction::up, options_.engine)->text;
  const provision::SchemaSnapshot schema = session_->begin();
  while (const auto unmet =
             unmet_by_generated_rows(failure.detail, text, aftermath.upgrade, schema)) {
    const size_t before = emptied.size();
    for (const provision::ObjectId& id : unmet->tables) {
      const std::string table = id.schema.empty() ? id.name : id.schema + "." + id.name;
      if (!emptied.try_emplace(table).second) continue;
      emptied[table] = {
          table, 0,
          fmt::format("generated rows do not suit revision '{}': {}", revision.id, unmet->why)};
      fill.left_out.push_back(table);
    }
    if (emptied.size() == before) return false;
    leave_session();
    go_on_with(clean_.with(upgraded_), fill);
    session_->fill();
    Aftermath filled = tried(revision, treatment);
    // Whatever comes of it, the session leaves tables empty that later revisions find filled.
    aftermath.clean = false;
    if (filled.upgraded) {
      filled.clean = false;
      aftermath = std::move(filled);
      unfilled_.insert(emptied.begin(), emptied.end());
      return true;
    }
    failure = std::move(filled.result.findings.front());
  }
  return false;
}

RevisionResult Walk::step(const Revision& revision, Treatment treatment) {
  if (const std::string why = obstacle(revision); !why.empty()) {
    const std::string first = revision.skipped ? std::string() : missing_for(revision);
    missing_[revision.id] = first.empty() ? revision.id : first;
    return {.id = revision.id, .verdict = Verdict::skipped, .reason = why};
  }
  for (UnfilledTable& table : session_->fill()) unfilled_[table.table] = table;
  Aftermath aftermath = tried(revision, treatment);
  if (!aftermath.upgraded && options_.rules.rows > 0) {
    retry_without_rows(revision, treatment, aftermath);
  }
  if (aftermath.upgraded) {
    upgraded_.push_back(&revision);
  } else {
    missing_[revision.id] = revision.id;
  }
  if (!aftermath.clean) start_afresh();
  add_static_findings(revision, aftermath.result);
  return std::move(aftermath.result);
}

std::string Walk::proof() const {
  return fmt::format("{}-{}{}", base_.engine, base_.version.substr(0, base_.version.find('.')),
                     options_.rules.rows > 0 ? "+rows" : "");
}

void Walk::run(const std::function<Treatment(size_t)>& treatment,
               const std::function<void(size_t, const RevisionResult&)>& told) {
  for (size_t i = 0; i < graph_.revisions().size(); ++i) {
    provision::stop_if_interrupted();
    const Treatment wanted = treatment(i);
    if (wanted == Treatment::stop) return;
    const Revision& revision = graph_.revisions()[i];
    const provision::Stopwatch watch;
    progress_.step(fmt::format("{} of {}: {}", i + 1, graph_.size(), revision.title()));
    told(i, step(revision, wanted));
    progress_.done(watch.elapsed());
  }
}

std::optional<RevisionResult> Walk::down_to_base() {
  RevisionResult result{.id = "base"};
  for (auto place = upgraded_.rbegin(); place != upgraded_.rend(); ++place) {
    const Revision& revision = **place;
    const provision::Script* script = revision.script(Direction::down, options_.engine);
    if (script == nullptr) return std::nullopt;
    try {
      runner_.run(session_->spec(), session_->database(), revision, *script, [] {});
    } catch (const provision::Error& error) {
      if (error.kind() != provision::ErrorKind::refused) throw;
      result.fail(Verdict::down_failed,
                  {.message = fmt::format("on the way from the heads down to base the downgrade of "
                                          "'{}' fails",
                                          revision.id),
                   .file = error.place().file,
                   .line = error.place().line,
                   .detail = error.message()});
      return result;
    }
  }
  const auto left = provision::difference(base_, session_->reader().snapshot(),
                                          [this](const auto& one, const auto& other) {
                                            return session_->reader().equivalent(one, other);
                                          });
  std::vector<provision::Difference> rows = provision::described(left, options_.policy);
  std::erase_if(rows, [](const provision::Difference& row) { return !row.counts; });
  if (rows.empty()) return result;
  provision::Finding finding{.message = "the way from the heads down to base does not end empty"};
  finding.differences = std::move(rows);
  result.fail(Verdict::residue, std::move(finding));
  return result;
}

}  // namespace harness
