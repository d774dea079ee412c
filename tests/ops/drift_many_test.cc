// Several databases at once: every environment, a fleet; what was kept; rows of seeds.
#include <gmock/gmock.h>

#include "provision/ops/drift/saved.h"
#include "tests/ops/drift_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DriftManyTest : public DriftTest {
 protected:
  DriftManyTest() {
    write_revision("a1", "base", "CREATE TABLE t (code varchar(9) PRIMARY KEY, name text);",
                   "DROP TABLE t;");
    write_seed("reference",
               "- table: t\n  key: [code]\n  mode: upsert\n  rows:\n"
               "    - {code: a, name: one}\n    - {code: b, name: two}\n");
    spec_.seeds = {"reference"};
  }
  /// An environment of many databases, each with a table and `more`.
  DriftSource fleet(const std::vector<std::string>& more) {
    DatabaseSpec all;
    for (const std::string& sql : more) {
      DatabaseSpec spec = new_database();
      connect(spec)->execute("CREATE TABLE t (a integer);" + sql);
      spec = engine().located(spec);
      spec.server = Server::existing;
      if (all.fleet.empty()) {
        const auto locations = all.fleet;
        all = spec;
        all.fleet = locations;
      }
      all.fleet.push_back(spec.location);
    }
    return environment("tenants", all);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DriftManyTest, testing::Values("sqlite", "postgresql"));

TEST_P(DriftManyTest, OddDatabasesOfAFleetAreGroupedByWhatIsOdd) {
  const DriftSource tenants =
      fleet({"", "CREATE TABLE odd (a integer)", "", "CREATE TABLE odd (a integer)",
             "CREATE INDEX i ON t (a)", ""});

  const Report report = compared(database("expected", "CREATE TABLE t (a integer)"), tenants);

  const Table* rows = table(report, "fleet");
  ASSERT_NE(rows, nullptr);
  std::vector<std::string> groups;
  for (size_t i = 0; i < rows->rows.size(); ++i) {
    groups.push_back(
        fmt::format("{} {}", cell(*rows, i, 0), std::get<std::int64_t>(rows->rows[i][1].value)));
  }
  EXPECT_THAT(groups, ElementsAre("same 3", "1 difference 2", "1 difference 1"));
  EXPECT_EQ(report.findings.size(), 2U);
}

TEST_P(DriftManyTest, ADatabaseOfAFleetThatCannotBeReadIsCountedNotFatal) {
  DriftSource tenants = fleet({"", ""});
  Location& gone = tenants.databases.front().fleet.back();
  gone.path += ".gone";
  gone.database += "_gone";
  Silent silent;

  const DriftAnswer answer = drift(database("expected", "CREATE TABLE t (a integer)"), tenants,
                                   options_, all_engines(), silent);

  EXPECT_EQ(answer.unread, 1);
  EXPECT_THAT(lines_of_findings(answer.report), ElementsAre(HasSubstr("unreadable database")));
  EXPECT_THAT(answer.report.summary, HasSubstr("no difference; 1 could not be read"));
}

TEST_P(DriftManyTest, EveryEnvironmentIsComparedWithItsHead) {
  create(workspace(), {});
  run("CREATE TABLE by_hand (a integer)");
  DatabaseSpec empty = new_database();
  empty.migrations = spec_.migrations;
  DatabaseSpec gone = new_spec();
  gone.migrations = spec_.migrations;
  Silent silent;

  const DriftAnswer answer = drift_all(
      {environment("staging", spec_), environment("empty", empty), environment("gone", gone)},
      {{"broken", "variable 'X' is not set"}}, options_, all_engines(), silent);

  const Table& rows = answer.report.tables.front();
  EXPECT_EQ(cell(rows, 0, 2), "1 object differs");
  EXPECT_EQ(cell(rows, 1, 2), "same");
  EXPECT_EQ(cell(rows, 2, 2), "unreadable");
  EXPECT_EQ(cell(rows, 3, 2), "misconfigured");
  EXPECT_EQ(answer.unread, 2);
}

TEST_P(DriftManyTest, WhatWasKeptIsComparedLater) {
  create(workspace(), {});
  DriftSource now = environment("staging", spec_);
  now.databases.front() = engine().located(spec_);
  now.databases.front().server = Server::existing;
  now.databases.front().work_folder = project_.path();
  options_.save = "friday";
  compared(database("nothing", ""), now);
  options_.save.clear();
  run("CREATE TABLE later (a integer)");

  const Report report = compared(saved_source(now, "friday"), now);
  const Error error = error_of([&] { saved_source(now, "fridya"); });

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra table later"));
  EXPECT_THAT(error.hint(), HasSubstr("friday"));
}

TEST_P(DriftManyTest, RowsOfSeedsAreComparedByKey) {
  options_.data = true;
  create(workspace(), {});
  const DriftSource actual = environment("staging", spec_);
  EXPECT_THAT(lines_of_findings(compared(head_of(actual), actual)), IsEmpty());

  run("UPDATE t SET name = 'other' WHERE code = 'a'; DELETE FROM t WHERE code = 'b'; "
      "INSERT INTO t VALUES ('c', 'of no seed')");
  const Report report = compared(head_of(actual), actual);

  EXPECT_THAT(lines_of_findings(report),
              ElementsAre("changed row t[code=a]: name", "missing row t[code=b]"));
  EXPECT_EQ(report.findings.front().differences.front().difference_class, "data");
}

TEST_P(DriftManyTest, ASyncedTableHasNoRowsThatTheSeedDoesNotList) {
  write_seed("reference",
             "- table: t\n  key: [code]\n  mode: sync\n  rows:\n    - {code: a, name: one}\n");
  options_.data = true;
  create(workspace(), {});
  run("INSERT INTO t VALUES ('c', 'of no seed')");
  const DriftSource actual = environment("staging", spec_);

  const Report report = compared(head_of(actual), actual);

  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra row t[code=c]"));
}

/// Two engines, whatever the suite's own one is.
TEST_P(DriftManyTest, RowsOfTwoEnginesAreComparedByValue) {
  const std::string sql =
      "CREATE TABLE t (code numeric(5,2) PRIMARY KEY, on_sale boolean, price numeric(8,3));"
      "INSERT INTO t VALUES (1.50, true, 12.00), (2.00, false, 0.5), (3, true, -7)";
  write_seed("reference",
             "- table: t\n  key: [code]\n  mode: sync\n  rows:\n"
             "    - {code: 1.5, on_sale: true, price: 12}\n");
  options_.data = true;
  DatabaseSpec here = new_database();
  here.seeds = {"reference"};
  here.seeds_folder = spec_.seeds_folder;
  connect(here)->execute(sql);
  DatabaseSpec file = new_spec();
  file.engine = "sqlite";
  file.location.path = project_.path() / "other.db";
  all_engines().at("sqlite").create(file);
  all_engines().at("sqlite").connect(file, {})->execute(sql +
                                                        "; UPDATE t SET price = 8 WHERE code = 3");

  const Report report =
      compared({.kind = DriftSource::Kind::database, .label = "file", .databases = {file}},
               environment("staging", here));

  EXPECT_THAT(lines_of_findings(report), ElementsAre("changed row t[code=3]: price"));
}

}  // namespace
}  // namespace provision
