// Every environment against its head, in a line each.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>

#include "provision/base/error.h"
#include "provision/base/text.h"
#include "provision/ops/drift/drift.h"
#include "provision/ops/drift/report.h"

namespace provision {
namespace {

Table matrix() {
  return {"environments",
          "",
          {{"environment"}, {"database"}, {"state"}, {"revision"}, {"pending"}},
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

  /// Several at once are read, as each is another server's work, and told in their order.
  void add(const std::vector<DriftSource>& environments) {
    constexpr size_t kAtOnce = 4;
    std::vector<DriftSource> heads;
    for (const DriftSource& environment : environments) heads.push_back(head_of(environment));
    std::vector<DriftPair> pairs;
    for (size_t i = 0; i < environments.size(); ++i) {
      for (const DatabaseSpec& spec : environments[i].databases) {
        pairs.push_back({{heads[i], &spec}, {environments[i], &spec}});
      }
    }
    std::deque<std::future<Attempt>> ahead;
    size_t next = 0;
    for (const DriftPair& pair : pairs) {
      while (next < pairs.size() && ahead.size() < kAtOnce) {
        ahead.push_back(std::async(std::launch::async,
                                   [this, &read = pairs[next]] { return read_ahead(read); }));
        ++next;
      }
      const Attempt attempt = ahead.front().get();
      ahead.pop_front();
      add(pair, attempt);
    }
  }

  void add_misconfigured(const std::string& environment, const std::string& why) {
    add_unread(answer_, "environment " + environment, why);
    add_row(environment, "", Cell("misconfigured", Tone::warning));
  }

  void finish() { answer_.report.tables.insert(answer_.report.tables.begin(), std::move(table_)); }

 private:
  static std::string called(const DriftSource& environment, const DatabaseSpec& spec) {
    return environment.databases.size() < 2 ? environment.label
                                            : fmt::format("{}/{}", environment.label, spec.name);
  }

  using Attempt = DriftComparer::ReadAttempt;

  /// What the environment of `pair` holds, or why nobody knows; neither where the comparison itself
  /// is to find out.
  Attempt read_ahead(const DriftPair& pair) {
    if (!pair.actual.spec->fleet.empty()) return {};
    try {
      Attempt attempt = comparer_.read_all(pair.expected, {pair.actual}).front();
      const std::string label = called(pair.actual.source, *pair.actual.spec);
      if (attempt.side) attempt.side->label = label;
      if (!attempt.trouble.empty()) {
        attempt.trouble = fmt::format("cannot read '{}': {}", label, attempt.trouble);
      }
      return attempt;
    } catch (const Error& error) {
      if (!is_trouble_of_one(error)) throw;
      return {};
    }
  }

  void add(DriftPair pair, const Attempt& attempt) {
    const DriftSource& environment = pair.actual.source;
    const DatabaseSpec& spec = *pair.actual.spec;
    if (!attempt.trouble.empty()) return add_unknown(environment, spec, attempt.trouble);
    if (attempt.side) pair.actual.read = &*attempt.side;
    try {
      if (spec.fleet.empty()) {
        add_one(pair);
      } else {
        add_many(pair);
      }
    } catch (const Error& error) {
      if (!is_trouble_of_one(error)) throw;
      add_unknown(environment, spec, error.message());
    }
  }

  void add_unknown(const DriftSource& environment, const DatabaseSpec& spec,
                   const std::string& why) {
    add_unread(answer_, "environment " + called(environment, spec), why);
    add_row(environment.label, spec.name, Cell(std::string(kUnread), Tone::warning));
  }

  void add_one(const DriftPair& pair) {
    DriftResult result = comparer_.compare(pair.expected, pair.actual);
    result.database = called(pair.actual.source, *pair.actual.spec);
    const size_t before = answer_.report.findings.size();
    const auto pending = static_cast<std::int64_t>(result.pending.size());
    const std::string revision = joined(result.expected.at, ", ");
    Report report;
    add_to_report(report, result, options_);
    std::move(report.findings.begin(), report.findings.end(),
              std::back_inserter(answer_.report.findings));
    std::move(report.comparisons.begin(), report.comparisons.end(),
              std::back_inserter(answer_.report.comparisons));
    add_row(pair.actual.source.label, pair.actual.spec->name,
            state_of(answer_.report.findings.size() - before), revision.empty() ? "base" : revision,
            Cell(Value(pending)));
  }

  void add_many(const DriftPair& pair) {
    const std::string& environment = pair.actual.source.label;
    const std::int64_t unread = answer_.unread;
    add_fleet(answer_, pair, comparer_, options_);
    Table& fleet = answer_.report.tables.back();
    fleet.key += "_" + environment;
    fleet.title = environment;
    add_row(environment,
            counted(static_cast<std::int64_t>(pair.actual.spec->fleet.size()), "database"),
            state_of_fleet(fleet, answer_.unread - unread));
  }

  /// "3 differ, 1 unreadable".
  static Cell state_of_fleet(const Table& fleet, std::int64_t unread) {
    std::int64_t odd = -unread;
    for (const std::vector<Cell>& row : fleet.rows) {
      if (row[0].tone != Tone::good) odd += std::get<std::int64_t>(row[1].value);
    }
    std::string text = odd == 0 ? "same" : counted(odd, "differs", "differ");
    if (unread > 0) text += fmt::format(", {} {}", unread, kUnread);
    return {std::move(text), odd > 0 ? Tone::bad : unread > 0 ? Tone::warning : Tone::good};
  }

  static Cell state_of(size_t findings) {
    const auto count = static_cast<std::int64_t>(findings);
    return count == 0 ? Cell("same", Tone::good)
                      : Cell(counted(count, "object differs", "objects differ"), Tone::bad);
  }

  void add_row(const std::string& environment, const std::string& database, Cell state,
               Cell revision = {}, Cell pending = {}) {
    table_.rows.push_back({Cell(environment, Tone::name), database, std::move(state),
                           std::move(revision), std::move(pending)});
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
  for (const DriftSource& environment : environments) {
    for (const DatabaseSpec& spec : environment.databases) engines.at(spec.engine);
  }
  all.add(environments);
  for (const auto& [name, why] : problems) all.add_misconfigured(name, why);
  all.finish();
  answer.report.summary =
      fmt::format("{} in {:.0f} ms", drift_summary(answer.report), watch.elapsed().count());
  return answer;
}

}  // namespace provision
