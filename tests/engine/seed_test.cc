// What every engine promises of seeding.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class SeedTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
    database->execute(
        "CREATE TABLE items (code varchar(9) PRIMARY KEY, label text, price integer)");
  }

  static SeedTable items(std::vector<std::vector<SeedValue>> rows,
                         SeedMode mode = SeedMode::upsert) {
    SeedTable seed;
    seed.table = "items";
    seed.key = {"code"};
    seed.mode = mode;
    seed.columns = {"code", "label", "price"};
    seed.file = "items.csv";
    seed.place = {"seeds/demo.yaml", 1};
    int line = 2;
    for (auto& values : rows) seed.rows.push_back({std::move(values), line++});
    return seed;
  }
  /// `count` rows, for the ways that only many rows take.
  static SeedTable many(int count) {
    std::vector<std::vector<SeedValue>> rows;
    for (int i = 0; i < count; ++i) {
      rows.push_back({std::to_string(i), "label " + std::to_string(i), std::to_string(i * 2)});
    }
    return items(std::move(rows));
  }

  SeedCount apply(const SeedTable& seed) {
    Transaction transaction(*database);
    const auto shape = database->describe_table("", seed.table);
    SeedCount count = database->apply_seed(seed, *shape);
    transaction.commit();
    return count;
  }
  std::int64_t remove_unlisted(const SeedTable& seed) {
    Transaction transaction(*database);
    const auto shape = database->describe_table("", seed.table);
    const std::int64_t removed = database->remove_unlisted(seed, *shape);
    transaction.commit();
    return removed;
  }

  DatabaseSpec spec;
  std::unique_ptr<Database> database;
};

void expect_counts(const SeedCount& count, std::vector<std::int64_t> expected) {
  EXPECT_EQ((std::vector{count.inserted, count.updated, count.unchanged}), expected);
}

TEST_P(SeedTest, AnEmptyTableGetsAllRows) {
  expect_counts(apply(items({{"a", "one", "1"}, {"b", std::nullopt, "2"}})), {2, 0, 0});

  EXPECT_EQ(only_value(*database, "SELECT label FROM items WHERE code = 'b'"), "NULL");
}

TEST_P(SeedTest, ASecondRunChangesNothing) {
  const SeedTable seed = items({{"a", "one", "1"}, {"b", std::nullopt, "2"}});
  apply(seed);

  expect_counts(apply(seed), {0, 0, 2});
}

TEST_P(SeedTest, ASecondRunOfManyRowsChangesNothing) {
  const SeedTable seed = many(2000);
  expect_counts(apply(seed), {2000, 0, 0});

  expect_counts(apply(seed), {0, 0, 2000});
}

TEST_P(SeedTest, UpsertAddsAndCorrects) {
  apply(items({{"a", "one", "1"}, {"b", "two", "2"}}));

  expect_counts(apply(items({{"a", "one", "1"}, {"b", "TWO", "2"}, {"c", "three", "3"}})),
                {1, 1, 1});
  EXPECT_EQ(only_value(*database, "SELECT label FROM items WHERE code = 'b'"), "TWO");
}

TEST_P(SeedTest, UpsertOfManyRowsAddsAndCorrects) {
  apply(many(2000));
  SeedTable seed = many(2001);
  seed.rows[7].values[1] = "other";

  expect_counts(apply(seed), {1, 1, 1999});
}

TEST_P(SeedTest, InsertLeavesRowsThatAreThere) {
  apply(items({{"a", "one", "1"}}));

  expect_counts(apply(items({{"a", "changed", "9"}, {"b", "two", "2"}}, SeedMode::insert)),
                {1, 0, 1});
  EXPECT_EQ(only_value(*database, "SELECT label FROM items WHERE code = 'a'"), "one");
}

TEST_P(SeedTest, SyncRemovesWhatIsNotListed) {
  apply(items({{"a", "one", "1"}, {"b", "two", "2"}}));
  const SeedTable seed = items({{"a", "one", "1"}}, SeedMode::sync);

  EXPECT_EQ(remove_unlisted(seed), 1);
  EXPECT_EQ(remove_unlisted(seed), 0);
  expect_counts(apply(seed), {0, 0, 1});
}

TEST_P(SeedTest, SyncOfNoRowsEmptiesTheTable) {
  apply(items({{"a", "one", "1"}}));

  EXPECT_EQ(remove_unlisted(items({}, SeedMode::sync)), 1);
  EXPECT_EQ(only_value(*database, "SELECT count(*) FROM items"), "0");
}

TEST_P(SeedTest, ValuesSurviveWhateverIsInThem) {
  const std::vector<std::string> values = {
      "it's", "tab\there", "line\nbreak\r\n", "back\\slash", "\\N", "\\.", "", "\"q\" {} $1"};
  std::vector<std::vector<SeedValue>> rows;
  for (size_t i = 0; i < values.size(); ++i) rows.push_back({std::to_string(i), values[i], "0"});
  for (int round = 0; round < 2; ++round) {
    apply(items(rows));
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(
          only_value(*database, "SELECT label FROM items WHERE code = '" + std::to_string(i) + "'"),
          values[i]);
    }
    // Round two goes into a table that is not empty.
    database->execute("DELETE FROM items WHERE code <> '0'");
  }
}

TEST_P(SeedTest, ANullInAKeyColumnIsMatched) {
  database->execute("CREATE TABLE pairs (a integer, b integer, UNIQUE (a, b))");
  SeedTable seed;
  seed.table = "pairs";
  seed.key = {"a", "b"};
  seed.columns = {"a", "b"};
  seed.rows = {{{"1", std::nullopt}, 2}};
  apply(seed);

  expect_counts(apply(seed), {0, 0, 1});
}

TEST_P(SeedTest, AValueThatTheTableRefusesIsNamedByItsLine) {
  database->execute("CREATE TABLE strict (code integer PRIMARY KEY, n integer CHECK (n > 0))");
  SeedTable seed;
  seed.table = "strict";
  seed.key = {"code"};
  seed.columns = {"code", "n"};
  seed.file = "strict.csv";
  seed.place = {"seeds/demo.yaml", 1};
  seed.rows = {{{"1", "1"}, 2}, {{"2", "-5"}, 3}};

  const Error error = error_of([&] { apply(seed); });

  EXPECT_THAT(error.message(), HasSubstr("strict.csv:3: "));
}

INSTANTIATE_TEST_SUITE_P(Engines, SeedTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& the_case) { return the_case.param; });

}  // namespace
}  // namespace provision
