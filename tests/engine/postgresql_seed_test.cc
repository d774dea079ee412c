// What only the PostgreSQL engine has of seeding: its types, its identities, its counters.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

class PostgresqlSeedTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
  }

  DatabaseSpec spec;
  std::unique_ptr<Database> database;
};

TEST_P(PostgresqlSeedTest, SequencesMovePastSeededValuesAndOnlyThen) {
  database->execute("CREATE TABLE s (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text)");
  SeedTable seed;
  seed.table = "s";
  seed.key = {"id"};
  seed.columns = {"id", "a"};
  seed.rows = {{{"7", "x"}, 1}};
  const auto shape = database->describe_table("", "s");
  for (int i = 0; i < 2; ++i) {
    Transaction transaction(*database);
    database->apply_seed(seed, *shape);
    transaction.commit();
  }
  database->execute("INSERT INTO s (a) VALUES ('y')");

  EXPECT_EQ(only_value(*database, "SELECT max(id) FROM s"), "8");
}

TEST_P(PostgresqlSeedTest, ATruncatedTableCountsAsWrittenEachTime) {
  database->execute(
      "CREATE TABLE filled (a integer); CREATE TABLE emptied (a integer);"
      "INSERT INTO filled VALUES (1), (2); INSERT INTO emptied VALUES (1)");
  Transaction transaction(*database);
  database->execute("SAVEPOINT outer_one");
  for (int run = 0; run < 3; ++run) {
    SCOPED_TRACE(run);
    const auto before = database->written();
    database->execute("TRUNCATE filled");
    database->execute("INSERT INTO filled VALUES (1), (2)");
    const auto filled = database->written();
    database->execute("DO $$ BEGIN TRUNCATE emptied; END $$");
    const auto emptied = database->written();

    EXPECT_GT(filled.rows, before.rows);
    EXPECT_GT(emptied.rows, filled.rows);
    EXPECT_THAT(emptied.tables, testing::ElementsAre("public.emptied", "public.filled"));
    if (run == 0) database->execute("ROLLBACK TO outer_one");
  }
  const auto before = database->written();
  database->execute("RELEASE outer_one");
  EXPECT_EQ(database->written().rows, before.rows);
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlSeedTest, testing::Values("postgresql"),
                         [](const auto& the_case) { return the_case.param; });

}  // namespace
}  // namespace provision
