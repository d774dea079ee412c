// Generated seed tables in databases of every engine.
#include <gmock/gmock.h>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class SeedGenerateTest : public WorkspaceTest {
 protected:
  SeedGenerateTest() {
    write_revision(
        "a1", "base",
        "CREATE TABLE cities (id integer NOT NULL PRIMARY KEY, name text NOT NULL UNIQUE);\n"
        "CREATE TABLE people (id integer NOT NULL PRIMARY KEY, email varchar(60) NOT NULL UNIQUE,\n"
        "  joined date NOT NULL, tier text CHECK (tier IN ('gold', 'silver')),\n"
        "  age integer CHECK (age BETWEEN 18 AND 99), city_id integer NOT NULL REFERENCES cities "
        "(id),\n  boss_id integer REFERENCES people (id), seen_at timestamp, note text);\n"
        "CREATE TABLE likes (person_id integer NOT NULL REFERENCES people (id), city_id integer "
        "NOT "
        "NULL REFERENCES cities (id), stars integer NOT NULL, PRIMARY KEY (person_id, city_id));\n"
        "CREATE TABLE log (at timestamp NOT NULL, what text);",
        "DROP TABLE log;\nDROP TABLE likes;\nDROP TABLE people;\nDROP TABLE cities;");
    spec_.seeds = {"set"};
    create(workspace(), {.no_seed = true});
  }

  /// Applies a set; "inserted updated unchanged removed" of all its tables.
  std::string applied(const std::string& text) {
    write_seed("set", text);
    std::array<std::int64_t, 4> sums{};
    const Report report = seed(workspace(), {});
    for (const std::vector<Cell>& row : report.tables.at(0).rows) {
      const size_t columns[] = {3, 4, 6, 5};
      for (size_t i = 0; i < 4; ++i) sums[i] += std::get<std::int64_t>(row[columns[i]].value);
    }
    return fmt::format("{} {} {} {}", sums[0], sums[1], sums[2], sums[3]);
  }
  std::string trouble(const std::string& text) {
    write_seed("set", text);
    return error_of([&] { seed(workspace(), {}); }).message();
  }
  /// SHA-256 of the rows of all tables as text.
  std::string digest() {
    const auto database = connect(spec_, Access::read);
    std::string all;
    for (const char* table : {"cities", "people", "likes", "log"}) {
      std::vector<std::string> rows;
      for (const Row& row : database->query(fmt::format("SELECT * FROM {}", table)).rows) {
        std::string& text = rows.emplace_back();
        for (const auto& value : row) text += value.value_or("NULL") + "\t";
      }
      std::sort(rows.begin(), rows.end());
      all += joined(rows, "\n") + "\n\n";
    }
    return sha256(all);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SeedGenerateTest, testing::Values("sqlite", "postgresql"));

constexpr std::string_view kAll = R"(
- table: likes
  generate: {rows: 500, seed: 7}
- table: log
  generate: {rows: 40}
- table: cities
  generate: {rows: 25}
- table: people
  generate:
    rows: 300
    seed: 42
    columns:
      joined: {date: {from: 2020-01-01, to: 2026-01-01}}
      tier: {choice: {gold: 1, silver: 9}}
      city_id: {fk: {distribution: zipf}}
      note: {template: "note {n:5} {word} {hex:4}", null_rate: 0.5}
)";

TEST_P(SeedGenerateTest, TheSameSeedMakesTheSameRowsInEveryDatabase) {
  EXPECT_EQ(applied(std::string(kAll)), "865 0 0 0");

  // What this says must not change without a change of the version of made rows.
  EXPECT_EQ(digest(), "339dd129d601c88fc8362878c4f9fdb74164bf64164294a725d1e6c01a640860");
  EXPECT_EQ(applied(std::string(kAll)), "0 0 865 0");
}

TEST_P(SeedGenerateTest, RowsThatSomebodyChangedAreMadeAnewAndHisOwnStay) {
  applied(std::string(kAll));
  const std::string before = digest();
  run("UPDATE people SET age = 50 WHERE id = 3");
  run("DELETE FROM likes WHERE person_id = (SELECT min(person_id) FROM likes)");
  run("DELETE FROM log WHERE at = (SELECT min(at) FROM log)");

  applied(std::string(kAll));

  EXPECT_EQ(digest(), before);
  run("INSERT INTO log VALUES ('2026-11-21 10:20:30', 'mine')");
  EXPECT_EQ(applied(std::string(kAll)), "0 0 865 0");
}

TEST_P(SeedGenerateTest, MoreRowsAreAddedAndFewerAreRemovedBySyncAlone) {
  const auto people = [](int rows, const std::string& more) {
    return fmt::format("- table: cities\n  {}generate: {{rows: {}}}\n", more, rows);
  };
  EXPECT_EQ(applied(people(10, "")), "10 0 0 0");
  EXPECT_EQ(applied(people(15, "")), "5 0 10 0");
  EXPECT_EQ(applied(people(8, "")), "0 0 8 0");
  EXPECT_EQ(applied(people(8, "mode: sync\n  ")), "0 0 8 7");
}

TEST_P(SeedGenerateTest, ReferencesGoToRowsThatTheSetListsOrTheDatabaseHas) {
  run("INSERT INTO people (id, email, joined, city_id) SELECT 900, 'e', '2026-01-01', 5 WHERE "
      "false");
  const std::string listed =
      "- table: cities\n  key: id\n  rows: [{id: 70, name: a}, {id: 80, name: b}]\n";

  EXPECT_EQ(applied(listed + "- table: people\n  generate: {rows: 20}\n"), "22 0 0 0");
  EXPECT_EQ(applied("- table: likes\n  generate: {rows: 40}\n"), "40 0 0 0");
  EXPECT_EQ(value("SELECT count(DISTINCT city_id) FROM likes WHERE city_id IN (70, 80)"), "2");
}

TEST_P(SeedGenerateTest, AValueThatTheTableRefusesIsToldWithItsGeneratorAndRow) {
  const std::string cities = "- {table: cities, generate: {rows: 5}}\n";

  const std::string check =
      trouble(cities +
              "- table: people\n  generate:\n    rows: 50\n    columns:\n      note: words\n"
              "      age: {sequence: {from: 90}}\n");

  EXPECT_THAT(check, HasSubstr("seeds/set.yaml:7: made row 11 of 50: "));
  EXPECT_EQ(value("SELECT count(*) FROM people"), "0");
}

TEST_P(SeedGenerateTest, WhatHasNoParentsOrNoKeyToSyncByIsRefused) {
  EXPECT_THAT(trouble("- table: people\n  generate: {rows: 5}\n"), HasSubstr("which has no rows"));
  run("INSERT INTO log VALUES ('2026-11-21 10:20:30', 'mine')");
  EXPECT_THAT(trouble("- table: log\n  mode: sync\n  generate: {rows: 5}\n"),
              HasSubstr("seeds/set.yaml:1: table 'log' has no key by which 'sync'"));
  EXPECT_THAT(trouble("- table: cities\n  key: [nam]\n  generate: {rows: 5}\n"),
              HasSubstr("the rows have no column 'nam', which is in the key"));
}

}  // namespace
}  // namespace provision
