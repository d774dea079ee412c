#include "tests/report/reports.h"

#include <fmt/format.h>

namespace provision {
namespace {

using Outcome = Check::Outcome;

std::vector<Check::Timing> times(double up, double down, double again) {
  return {{"up", up}, {"down", down}, {"up again", again}};
}

Check check(const std::string& id, const std::string& title, const std::string& verdict,
            Outcome outcome, const std::vector<std::string>& parents) {
  return {.id = id,
          .title = title,
          .verdict = verdict,
          .outcome = outcome,
          .file = fmt::format("migrations/{}.sql", id),
          .line = 1,
          .parents = parents,
          .timings = times(1.234, 0.75, 1.1)};
}

Finding trigger_finding() {
  return {
      .verdict = "residue",
      .subject = "0004",
      .message = "the downgrade does not undo the upgrade",
      .file = "migrations/0004.sql",
      .line = 12,
      .differences = {
          {"missing", "index users_name", "", "btree (name)", "", "structure"},
          {"extra", "table log", "", "", "", "structure"},
          {"changed", "column users.email", "default", "'none'::text", "", "structure"},
          {"changed", "function total(integer)", "definition", "BEGIN\n  RETURN sum(price);\nEND",
           "BEGIN\n  RETURN sum(price * amount);\nEND", "structure"},
          {"changed", "table users", "column order", "id, name, email", "id, email, name", "order",
           false}}};
}

}  // namespace

Check passed_check(const std::string& id, const std::vector<std::string>& parents) {
  return check(id, "change " + id, "ok", Outcome::passed, parents);
}

Report passing_report() {
  Report report{.command = "verify"};
  report.facts = {{"environment", "", "dev"}, {"engine", "", "postgresql"}};
  report.checks = {passed_check("0001", {}), passed_check("0002", {"0001"}),
                   passed_check("0003", {"0002"})};
  report.summary = "3 revisions: 3 ok";
  return report;
}

Report failing_report() {
  Report report{.command = "verify"};
  report.facts = {{"environment", "", "test"},
                  {"engine", "", "postgresql"},
                  {"jobs", "", Value(std::int64_t{2})}};
  report.checks = {check("0001", "create users", "ok", Outcome::passed, {}),
                   check("0002", "create orders", "irreversible", Outcome::passed, {"0001"}),
                   check("0003", "load addresses", "skipped", Outcome::skipped, {"0001"}),
                   check("0004", "remember what happened", "residue", Outcome::failed, {"0002"}),
                   check("0005", "merge", "up-failed", Outcome::failed, {"0003", "0004"}),
                   check("0006", "delete guests", "data-lost", Outcome::failed, {"0005"})};
  report.checks[1].reason = "drops the legacy blob column";
  report.checks[2].reason = "written in Go";
  report.checks[2].timings.clear();
  report.checks[4].timings = {{"up", 61.5}};
  report.checks[5].notes = {
      {"changed", "table users", "column order", "a, b", "b, a", "order", false}};
  report.findings = {
      trigger_finding(),
      {.verdict = "up-failed",
       .subject = "0005",
       .message = "relation \"orders\" already exists [42P07]",
       .file = "migrations/0005.sql",
       .line = 3,
       .detail = "LINE 1: CREATE TABLE orders (id integer)\n                     ^"},
      {.verdict = "data-lost",
       .subject = "0006",
       .message = "2 rows are lost",
       .differences = {{"missing", "table users", "rows", "5 rows", "3 rows, without 7, 'Ann'",
                        "data"},
                       {"extra", "table logs", "rows", "0 rows", "1 row, with 1", "data"}}},
      {.verdict = "residue",
       .subject = "base",
       .message = "the way down leaves something behind",
       .differences = {{"extra", "schema audit", "", "", "", "structure"}}}};
  report.summary = "6 revisions: 2 ok, 3 failed, 1 skipped";
  return report;
}

Report hostile_report() {
  const std::string markup = "</script><!--<img src=x onerror=\"document.title='pwned'\">";
  const std::string terminal = "\033[2J\033]0;pwned\007\r";
  const std::string workflow = "\n::error file=x::pwned\n##[error]pwned";
  const std::string markdown = "`|*_[x](http://evil.example) @team ``` </details> |";
  const std::string direction = "\u202egnp.exe\u2066\u2028\ufeff";
  const std::string bytes = "\xff\xc3\x01\xef\xbf\xbf";
  Report report{.command = "verify"};
  report.facts = {{"environment", "", markup + terminal},
                  {"location", "", "postgresql://me:canary@db.example/app"}};
  report.checks = {
      check("a" + markup, markdown + workflow, "ok", Outcome::passed, {}),
      check("b" + terminal, direction + bytes, "residue", Outcome::failed, {"a" + markup}),
      check("c" + workflow, "password=canary", "skipped", Outcome::skipped, {"b" + terminal})};
  report.checks[1].file = "migrations/a,b:c%\n" + markup + ".sql";
  report.checks[2].reason = markup + markdown;
  report.findings = {
      {.verdict = "residue",
       .subject = "b" + terminal,
       .message = markup + workflow + markdown,
       .file = report.checks[1].file,
       .line = 3,
       .differences = {{"extra", "table " + markup + workflow, "", "", "", "structure"},
                       {"changed", "view " + terminal, markdown, markup + bytes,
                        direction + workflow, "structure"}},
       .detail = workflow + terminal + markup + "\nPASSWORD 'canary'"}};
  report.summary = "3 revisions";
  return report;
}

Report drift_report() {
  Report report{.command = "drift"};
  report.facts = {{"expected", "", "staging"}, {"actual", "", "production"}};
  report.findings = {{.verdict = "drift",
                      .subject = "app",
                      .message = "2 objects differ",
                      .differences = {{"extra", "index users_old", "", "", "", "structure"},
                                      {"changed", "column users.name", "type", "text",
                                       "character varying(80)", "structure"}}}};
  report.summary = "1 database differs";
  return report;
}

Report two_databases_report() {
  Report report{.command = "verify"};
  for (const char* database : {"app", "stats"}) {
    report.checks.push_back(passed_check("0001", {}));
    report.checks.push_back(check("0002", "add log", "residue", Outcome::failed, {"0001"}));
    report.findings.push_back({.verdict = "residue",
                               .subject = "0002",
                               .message = fmt::format("leaves a log in {}", database),
                               .database = database});
    for (size_t i = report.checks.size() - 2; i < report.checks.size(); ++i) {
      report.checks[i].database = database;
    }
  }
  return report;
}

Report long_report(int count) {
  Report report{.command = "verify"};
  report.facts = {{"environment", "", "test"}, {"engine", "", "postgresql"}};
  const auto id = [](int number) { return fmt::format("2026{:08}", number); };
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> parents;
    if (i > 0) parents.push_back(id(i % 10 == 4 ? i - 3 : i - 1));
    if (i > 10 && i % 10 == 7) parents.push_back(id(i - 4));
    const bool is_wrong = i % 50 == 33;
    Check added =
        check(id(i), fmt::format("change number {} of the shop's tables", i),
              is_wrong ? "residue" : "ok", is_wrong ? Outcome::failed : Outcome::passed, parents);
    added.timings = times(1 + i % 7, 0.5 + i % 3, i % 97 == 60 ? 40 : 1 + i % 5);
    report.checks.push_back(std::move(added));
    if (!is_wrong) continue;
    Finding finding = trigger_finding();
    finding.subject = id(i);
    report.findings.push_back(std::move(finding));
  }
  return report;
}

}  // namespace provision
