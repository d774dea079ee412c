#include "harness/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <thread>

#include "harness/edit.h"
#include "provision/base/file.h"

namespace harness {

using provision::Finding;
using provision::Report;
using provision::Revision;

namespace {

// So many revisions take longer than a worker takes to begin, with a server and databases of its
// own.
constexpr size_t kWorthAWorker = 50;
constexpr size_t kMostWorkers = 8;

}  // namespace

void Verification::choose(const Walk& walk) {
  proof_ = walk.proof();
  if (options_.lock != LockUse::ignore) {
    locked_ = provision::read_lock_file(lock_path(),
                                        provision::shown_path(lock_path(), subject_.project));
  }
  selection_ = selection(subject_.graph, options_.selection, locked_, proof_, subject_.migrations,
                         subject_.project);
  part_ = parts(selection_, {0, revisions().size()}, options_.shard.count)
              .at(options_.shard.number - 1);
}

Treatment Verification::treatment(Part part, size_t position) const {
  if (stop_ || position >= part.end) return Treatment::stop;
  if (position >= part.begin && selection_.includes(position)) return Treatment::verify;
  for (size_t later = position; later < part.end; ++later) {
    if (later >= part.begin && selection_.includes(later)) return Treatment::upgrade;
  }
  return Treatment::stop;
}

void Verification::work(Walk& walk, Part part) {
  walk.run([&](size_t position) { return treatment(part, position); },
           [&](size_t position, const RevisionResult& result) {
             const std::lock_guard guard(mutex_);
             if (position < part.begin) return;
             results_[position] = result;
             seen_[position] = true;
             if (subject_.walk.fail_fast && !result.findings.empty()) stop_ = true;
           });
}

void Verification::work_together(std::vector<std::unique_ptr<Walk>>& walks,
                                 const std::vector<Part>& jobs) {
  std::vector<std::exception_ptr> failures(jobs.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < jobs.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        if (!walks[i]) walks[i] = std::make_unique<Walk>(subject_.graph, subject_.walk, progress_);
        work(*walks[i], jobs[i]);
      } catch (...) {
        failures[i] = std::current_exception();
        stop_ = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

size_t Verification::workers() const {
  if (options_.jobs > 0) return options_.jobs;
  size_t work = 0;
  for (size_t i = part_.begin; i < part_.end; ++i) work += selection_.includes(i) ? 1 : 0;
  const size_t processors =
      std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostWorkers);
  return std::clamp<size_t>(work / kWorthAWorker, 1, processors);
}

void Verification::run() {
  std::vector<std::unique_ptr<Walk>> walks(1);
  walks[0] = std::make_unique<Walk>(subject_.graph, subject_.walk, progress_);
  choose(*walks[0]);
  walks.resize(workers());
  std::vector<Part> jobs = parts(selection_, part_, walks.size());
  std::erase_if(jobs, [](const Part& part) { return part.begin == part.end; });
  if (jobs.size() == 1) work(*walks[0], jobs[0]);
  if (jobs.size() > 1) work_together(walks, jobs);
  if (needs_way_to_base() && !jobs.empty()) walk_to_base(*walks[jobs.size() - 1]);
  for (const auto& walk : walks) {
    if (walk) unfilled_.insert(walk->unfilled().begin(), walk->unfilled().end());
  }
  settle_the_rest();
  find_edits();
  find_exemptions_of_nothing();
  update_lock();
}

bool Verification::needs_way_to_base() const {
  if (stop_ || !selection_.is_whole() || options_.shard.count > 1) return false;
  const bool all_ok = std::all_of(results_.begin(), results_.end(),
                                  [](const auto& one) { return one.verdict == Verdict::ok; });
  // Where each step led back to the very state before it, the way down passes through these states
  // and no others, and nothing is learnt by going it. Rows that were made on the way are no part of
  // any of them.
  const bool all_exact =
      std::all_of(results_.begin(), results_.end(), [](const auto& one) { return one.is_exact; });
  return all_ok && (!all_exact || subject_.walk.rules.rows > 0);
}

void Verification::walk_to_base(Walk& walk) {
  if (auto base = walk.down_to_base(); base && !base->findings.empty()) {
    further_.push_back(std::move(*base));
  }
}

void Verification::settle_the_rest() {
  for (size_t i = part_.begin; i < part_.end; ++i) {
    RevisionResult& result = results_[i];
    result.id = revisions()[i].id;
    const bool was_tried = seen_[i] && selection_.includes(i);
    if (was_tried || !result.findings.empty()) continue;
    if (seen_[i] && result.verdict == Verdict::skipped && !result.reason.empty()) continue;
    result.verdict = selection_.proven[i] ? Verdict::ok : Verdict::skipped;
    result.reason = selection_.includes(i) ? "not reached" : selection_.reasons[i];
  }
}

void Verification::find_edits() {
  if (options_.lock != LockUse::read) return;
  for (size_t i = part_.begin; i < part_.end; ++i) {
    const Revision& revision = revisions()[i];
    const auto line = locked_.find(revision.id);
    if (line == locked_.end() || line->second.checksum == provision::checksum(revision)) continue;
    Finding finding{.message = "edited after it was proven (`--lock` takes the edit over)",
                    .file = revision.place.file,
                    .detail = edit_of(revision, line->second.checksum, subject_.project)};
    RevisionResult& result = results_[i];
    if (result.findings.empty()) result.verdict = Verdict::edited;
    finding.verdict = name_of(Verdict::edited);
    finding.subject = result.id;
    result.findings.push_back(std::move(finding));
  }
}

void Verification::find_exemptions_of_nothing() {
  for (const auto& [id, exemption] : subject_.walk.rules.exempt) {
    if (subject_.graph.find(id) != nullptr) continue;
    RevisionResult result{.id = id};
    result.fail(Verdict::stale_exemption,
                {.message = "an exemption of a revision that is not there: take it out of "
                            "`verify: exempt:` of the environment"});
    further_.push_back(std::move(result));
  }
}

void Verification::update_lock() const {
  const bool exists = std::filesystem::exists(lock_path());
  if (options_.lock == LockUse::ignore || (options_.lock == LockUse::read && !exists)) return;
  provision::LockFile locked = locked_;
  for (size_t i = 0; i < revisions().size(); ++i) {
    const Revision& revision = revisions()[i];
    const RevisionResult& result = results_[i];
    const bool is_proven = result.verdict == Verdict::ok || result.verdict == Verdict::irreversible;
    if (!is_proven || !seen_[i] || result.fingerprint.empty() || !selection_.includes(i)) continue;
    provision::LockedRevision& line = locked[revision.id];
    const std::string checksum = provision::checksum(revision);
    if (line.checksum != checksum) line.proofs.clear();
    line.parents = revision.parents;
    line.checksum = checksum;
    line.proofs[proof_] = result.fingerprint;
  }
  const std::string text = provision::lock_file_text(locked, subject_.graph);
  if (!exists || provision::read_bytes(lock_path()) != text) {
    provision::write_file(lock_path(), text);
  }
}

void Verification::add_unfilled(Report& report) const {
  if (unfilled_.empty()) return;
  provision::Table table{
      "unfilled",
      "tables that did not get their rows",
      {{"database", "", provision::Shown::json_only}, {"table"}, {"rows"}, {"reason"}}};
  for (const auto& [name, unfilled] : unfilled_) {
    table.rows.push_back(
        {subject_.database, name, provision::Cell(unfilled.rows), unfilled.reason});
  }
  report.tables.push_back(std::move(table));
}

void Verification::add_findings(Report& report, const RevisionResult& result) const {
  for (const Finding& finding : result.findings) {
    report.findings.push_back(finding);
    report.findings.back().database = subject_.database;
  }
}

void Verification::report_to(Report& report) const {
  for (size_t i = part_.begin; i < part_.end; ++i) {
    const Revision& revision = revisions()[i];
    const RevisionResult& result = results_[i];
    std::vector<std::string> parents = revision.parents;
    parents.insert(parents.end(), revision.depends_on.begin(), revision.depends_on.end());
    report.checks.push_back({.id = revision.id,
                             .title = revision.message,
                             .verdict = std::string(name_of(result.verdict)),
                             .outcome = outcome_of(result.verdict),
                             .reason = result.reason,
                             .database = subject_.database,
                             .file = revision.place.file,
                             .line = revision.place.line,
                             .parents = std::move(parents),
                             .timings = result.timings,
                             .notes = result.notes});
    add_findings(report, result);
  }
  add_unfilled(report);
  for (const RevisionResult& result : further_) add_findings(report, result);
}

}  // namespace harness
