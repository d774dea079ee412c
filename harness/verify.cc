#include "harness/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/verification.h"
#include "provision/base/hash.h"
#include "provision/base/shared_progress.h"
#include "provision/base/text.h"

namespace harness {

using provision::Check;
using provision::Progress;
using provision::Report;
using provision::Revision;

namespace {

/// What tells one history from another: parts of different ones are not to be joined.
std::string history_of(const std::vector<Subject>& subjects) {
  std::string ids;
  for (const Subject& subject : subjects) {
    ids +=
        fmt::format("{}\n{}\n{}\n", subject.database, subject.walk.engine, subject.walk.rules.rows);
    for (const Revision& revision : subject.graph.revisions()) ids += revision.id + "\n";
  }
  return provision::sha256(ids);
}

/// "12 revisions: 10 ok, 1 residue, 1 skipped, in 0.3 s".
std::string summary_of(const Report& report, const provision::Stopwatch& watch) {
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const Check& check : report.checks) {
    auto known = std::find_if(counts.begin(), counts.end(),
                              [&](const auto& one) { return one.first == check.verdict; });
    if (known == counts.end()) known = counts.insert(counts.end(), {check.verdict, 0});
    ++known->second;
  }
  std::string text =
      provision::counted(static_cast<std::int64_t>(report.checks.size()), "revision");
  for (size_t i = 0; i < counts.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? ": " : ", ", counts[i].second, counts[i].first);
  }
  text += fmt::format(", in {:.1f} s", watch.elapsed().count() / 1000);
  return text;
}

}  // namespace

Report verify(const std::vector<Subject>& subjects, const VerifyOptions& options,
              Progress& progress) {
  const provision::Stopwatch watch;
  provision::SharedProgress shared(progress);
  Report report;
  report.command = "verify";
  if (options.shard.count > 1) {
    report.facts.push_back(
        {"shard", "", fmt::format("{}/{}", options.shard.number, options.shard.count)});
  }
  report.facts.push_back(
      {"history", "", provision::Cell(history_of(subjects)), provision::Shown::json_only});
  for (const Subject& subject : subjects) {
    if (subject.graph.empty()) continue;
    Verification verification(subject, options, shared);
    verification.run();
    verification.report_to(report);
  }
  report.summary = summary_of(report, watch);
  return report;
}

}  // namespace harness
