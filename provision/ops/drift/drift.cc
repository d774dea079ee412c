#include "provision/ops/drift/drift.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/report.h"
#include "provision/ops/drift/saved.h"

namespace provision {
namespace {

const DatabaseSpec* find(const DriftSource& source, const std::string& name) {
  const auto found = std::find_if(source.databases.begin(), source.databases.end(),
                                  [&](const DatabaseSpec& spec) { return spec.name == name; });
  return found == source.databases.end() ? nullptr : &*found;
}

const DatabaseSpec* only(const DriftSource& source) {
  if (source.databases.empty()) return nullptr;
  if (source.databases.size() == 1) return &source.databases.front();
  throw usage_error(fmt::format("'{}' has {} databases and this needs one of them", source.label,
                                source.databases.size()),
                    fmt::format("say which: --database {}", source.databases.front().name));
}

void add_unpaired(Report& report, const DriftSource& side, const DriftSource& other,
                  const std::string& verdict) {
  for (const DatabaseSpec& spec : side.databases) {
    if (find(other, spec.name) != nullptr) continue;
    report.findings.push_back(
        {.verdict = verdict,
         .subject = "database " + spec.name,
         .message = fmt::format("'{}' has it and '{}' does not", side.label, other.label),
         .severity = std::string(name_of(Severity::breaking)),
         .database = spec.name});
  }
}

void check_save(const DriftSource& actual, const DriftOptions& options) {
  if (options.save.empty()) return;
  check_saved_name(options.save);
  for (const DatabaseSpec& spec : actual.databases) {
    if (!spec.fleet.empty()) {
      throw usage_error(fmt::format("`--save` keeps one database, and '{}' is {}", spec.label(),
                                    spec.fleet.size()));
    }
  }
  if (actual.kind == DriftSource::Kind::database && actual.environment) return;
  throw usage_error("`--save` keeps what an environment is, and none is compared",
                    "say one as the last side");
}

}  // namespace

std::vector<DriftPair> paired(const DriftSource& expected, const DriftSource& actual,
                              Report& report) {
  for (const DatabaseSpec& spec : expected.databases) {
    if (spec.fleet.empty() || expected.kind != DriftSource::Kind::database) continue;
    throw usage_error(fmt::format("'{}' is {} databases, and one is expected of all", spec.label(),
                                  spec.fleet.size()),
                      "say it as the last side");
  }
  if (expected.databases.size() < 2 && actual.databases.size() < 2) {
    return {{{expected, only(expected)}, {actual, only(actual)}}};
  }
  if (!expected.environment || !actual.environment) {
    return {{{expected, only(expected)}, {actual, only(actual)}}};
  }
  std::vector<DriftPair> pairs;
  for (const DatabaseSpec& spec : expected.databases) {
    const DatabaseSpec* twin = find(actual, spec.name);
    if (twin != nullptr) pairs.push_back({{expected, &spec}, {actual, twin}});
  }
  add_unpaired(report, expected, actual, "missing");
  add_unpaired(report, actual, expected, "extra");
  return pairs;
}

void add_unread(DriftAnswer& answer, std::string subject, std::string why) {
  ++answer.unread;
  answer.report.findings.push_back(
      {.verdict = std::string(kUnread), .subject = std::move(subject), .message = std::move(why)});
}

bool is_trouble_of_one(const Error& error) {
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::usage ||
         error.kind() == ErrorKind::refused;
}

DriftAnswer drift(const DriftSource& expected, const DriftSource& actual,
                  const DriftOptions& options, Engines& engines, Progress& progress) {
  const Stopwatch watch;
  check_save(actual, options);
  DriftAnswer answer;
  Report& report = answer.report;
  report.command = "drift";
  report.facts = {{"expected", "", Cell(expected.label, Tone::name), Shown::json_only},
                  {"actual", "", Cell(actual.label, Tone::name), Shown::json_only}};
  DriftScratch scratch(progress);
  DriftComparer comparer(engines, scratch, options, progress);
  for (const DriftPair& pair : paired(expected, actual, report)) {
    if (pair.actual.spec != nullptr && !pair.actual.spec->fleet.empty()) {
      add_fleet(answer, pair, comparer, options);
      continue;
    }
    DriftResult result = comparer.compare(pair.expected, pair.actual);
    if (actual.databases.size() < 2) result.database.clear();
    add_to_report(report, result, options);
  }
  report.summary = fmt::format("{} in {:.0f} ms", drift_summary(report), watch.elapsed().count());
  return answer;
}

}  // namespace provision
