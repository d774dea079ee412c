#include "provision/ops/drift.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift_report.h"
#include "provision/ops/drift_saved.h"

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
                  std::string verdict) {
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

}  // namespace

std::vector<DriftPair> paired(const DriftSource& expected, const DriftSource& actual,
                              Report& report) {
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

Report drift(const DriftSource& expected, const DriftSource& actual, const DriftOptions& options,
             Engines& engines, Progress& progress) {
  const Stopwatch watch;
  if (!options.save.empty()) {
    check_saved_name(options.save);
    if (actual.kind != DriftSource::Kind::database || !actual.environment) {
      throw usage_error("`--save` keeps what an environment is, and none is compared",
                        "say one as the last side");
    }
  }
  Report report;
  report.command = "drift";
  report.facts = {
      {"expected", "", Cell(expected.label, Tone::name)},
      {"actual", "", Cell(actual.label, Tone::name)},
      {"meaning", "",
       Cell(fmt::format("missing: only in '{}'; extra: only in '{}'", expected.label, actual.label),
            Tone::dim)}};
  DriftScratch scratch(progress);
  DriftComparer comparer(engines, scratch, options, progress);
  std::int64_t objects = 0;
  for (const DriftPair& pair : paired(expected, actual, report)) {
    DriftResult result = comparer.compare(pair.expected, pair.actual);
    objects += static_cast<std::int64_t>(
        std::max(result.expected.snapshot.objects.size(), result.actual.snapshot.objects.size()));
    if (actual.databases.size() < 2) result.database.clear();
    add_to_report(report, result, options);
  }
  report.summary = fmt::format("{}; {} compared in {:.0f} ms", drift_summary(report),
                               counted(objects, "object"), watch.elapsed().count());
  return report;
}

}  // namespace provision
