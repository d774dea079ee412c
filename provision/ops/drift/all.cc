// Every environment against its head, in a line each.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/drift.h"
#include "provision/ops/drift/report.h"

namespace provision {
namespace {

Table matrix() {
  return {"environments",
          "",
          {{"environment"}, {"database"}, {"state"}, {"revision"}, {"pending"}, {"why", " "}},
          {},
          "no environments"};
}

class Matrix {
 public:
  Matrix(DriftAnswer& answer, const DriftOptions& options, Engines& engines, Progress& progress)
      : answer_(answer),
        options_(options),
        scratch_(progress),
        comparer_(engines, scratch_, options, progress),
        table_(matrix()) {}

  void add(const DriftSource& environment) {
    const DriftSource head = head_of(environment);
    for (const DatabaseSpec& spec : environment.databases) {
      try {
        const DriftPair pair{{head, &spec}, {environment, &spec}};
        if (spec.fleet.empty()) {
          add_one(environment.label, pair);
        } else {
          add_many(environment.label, pair);
        }
      } catch (const Error& error) {
        if (!is_trouble_of_one(error)) throw;
        add_unread(environment.label, spec.name, error.message());
      }
    }
  }

  void add_unread(const std::string& environment, const std::string& database,
                  const std::string& why) {
    ++answer_.unread;
    table_.rows.push_back({Cell(environment, Tone::name), database,
                           Cell("unreachable", Tone::warning), Cell(), Cell(),
                           Cell(why, Tone::dim)});
  }

  void finish() { answer_.report.tables.insert(answer_.report.tables.begin(), std::move(table_)); }

 private:
  void add_one(const std::string& environment, const DriftPair& pair) {
    DriftResult result = comparer_.compare(pair.expected, pair.actual);
    result.database = pair.actual.source.databases.size() < 2
                          ? environment
                          : fmt::format("{}/{}", environment, pair.actual.spec->name);
    const size_t before = answer_.report.findings.size();
    const auto pending = static_cast<std::int64_t>(result.pending.size());
    const std::string revision = joined(result.expected.at, ", ");
    Report report;
    add_to_report(report, result, options_);
    std::move(report.findings.begin(), report.findings.end(),
              std::back_inserter(answer_.report.findings));
    std::move(report.comparisons.begin(), report.comparisons.end(),
              std::back_inserter(answer_.report.comparisons));
    add_row(environment, pair.actual.spec->name, answer_.report.findings.size() - before,
            revision.empty() ? "base" : revision, Cell(Value(pending)));
  }

  void add_many(const std::string& environment, const DriftPair& pair) {
    const size_t before = answer_.report.findings.size();
    add_fleet(answer_, pair, comparer_, options_);
    Table& fleet = answer_.report.tables.back();
    fleet.key += "_" + environment;
    fleet.title = environment;
    add_row(environment,
            counted(static_cast<std::int64_t>(pair.actual.spec->fleet.size()), "database"),
            answer_.report.findings.size() - before, "", Cell());
  }

  void add_row(const std::string& environment, const std::string& database, size_t findings,
               const std::string& revision, Cell pending) {
    const auto count = static_cast<std::int64_t>(findings);
    table_.rows.push_back(
        {Cell(environment, Tone::name), database,
         count == 0 ? Cell("same", Tone::good)
                    : Cell(counted(count, "object differs", "objects differ"), Tone::bad),
         revision, std::move(pending), Cell()});
  }

  DriftAnswer& answer_;
  const DriftOptions& options_;
  DriftScratch scratch_;
  DriftComparer comparer_;
  Table table_;
};

}  // namespace

DriftAnswer drift_all(const std::vector<DriftSource>& environments,
                      const std::vector<std::pair<std::string, std::string>>& problems,
                      const DriftOptions& options, Engines& engines, Progress& progress) {
  const Stopwatch watch;
  DriftAnswer answer;
  answer.report.command = "drift";
  Matrix all(answer, options, engines, progress);
  for (const DriftSource& environment : environments) all.add(environment);
  for (const auto& [name, why] : problems) all.add_unread(name, "", why);
  all.finish();
  answer.report.summary = fmt::format(
      "{} in {:.0f} ms", drift_summary(answer.report, answer.unread), watch.elapsed().count());
  return answer;
}

}  // namespace provision
