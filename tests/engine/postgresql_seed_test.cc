// What only the PostgreSQL engine has of seeding: its types, its identities, its counters.
#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class PostgresqlSeedTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    database = connect(spec);
  }

  /// Writes each value into a column of the type, twice; the second time must change nothing.
  void expect_stable(const std::string& type, const std::string& value) {
    SCOPED_TRACE(type + " " + value);
    database->execute("DROP TABLE IF EXISTS s; CREATE TABLE s (id integer PRIMARY KEY, v " + type +
                      ")");
    database->execute("INSERT INTO s VALUES (0, NULL)");
    for (const int changes : {1, 0}) {
      Transaction transaction(*database);
      const SeedCount count = database->apply_seed(seed_of({"id", "v"}, {{"1", value}}),
                                                   *database->describe_table("", "s"));
      transaction.commit();
      EXPECT_EQ(count.inserted + count.updated, changes);
    }
  }

  static SeedTable seed_of(std::vector<std::string> columns,
                           std::vector<std::vector<SeedValue>> rows) {
    SeedTable seed;
    seed.table = "s";
    seed.key = {columns.front()};
    seed.columns = std::move(columns);
    seed.file = "s.csv";
    seed.place = {"seeds/demo.yaml", 1};
    int line = 2;
    for (auto& values : rows) seed.rows.push_back({std::move(values), line++});
    return seed;
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

TEST_P(PostgresqlSeedTest, SeededValuesCompareAsTheirColumnStoresThem) {
  database->execute(
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE pair AS (a integer, b text);"
      "CREATE DOMAIN code AS varchar(5) CHECK (VALUE <> ''); CREATE DOMAIN amount AS numeric(8,2)");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"numeric(8,2)", "1.505"},
      {"varchar(5)", "abc       "},
      {"char(5)", "abc"},
      {"timestamp(0)", "2026-01-02 03:04:05.678"},
      {"timestamptz", "2026-01-02 03:04:05+02"},
      {"timestamptz(0)", "2026-01-02 03:04:05.5+02"},
      {"time(0)", "03:04:05.6"},
      {"date", "2 Jan 2026"},
      {"interval", "36 hours"},
      {"interval second(0)", "1.5 s"},
      {"json", "{\"a\":  1}"},
      {"jsonb", "{\"b\": 2,  \"a\": 1}"},
      {"boolean", "yes"},
      {"bytea", "\\x00FF"},
      {"bytea", "a\\\\b"},
      {"integer[]", "{1, 2,NULL}"},
      {"numeric(8,2)[]", "{1.505}"},
      {"varchar(3)[]", "{ab,\"abc   \"}"},
      {"mood", "ok"},
      {"pair", "(1, x)"},
      {"code", "abc     "},
      {"amount", "1.505"},
      {"real", "0.1"},
      {"double precision", "1e3"},
      {"bit(3)", "101"},
      {"uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"},
      {"inet", "10.0.0.1/32"},
      {"point", "1, 2"},
      {"xml", "<a/>"},
      {"int4range", "[1,2]"},
  };
  for (const auto& [type, value] : cases) expect_stable(type, value);
}

TEST_P(PostgresqlSeedTest, ASeededValueThatIsTooLongIsRefusedAndNotCut) {
  database->execute(
      "CREATE TABLE s (id integer PRIMARY KEY, v varchar(5)); INSERT INTO s VALUES (0, 'x')");
  const SeedTable seed = seed_of({"id", "v"}, {{"1", "short"}, {"2", "too long"}});
  Transaction transaction(*database);

  const Error error =
      error_of([&] { database->apply_seed(seed, *database->describe_table("", "s")); });

  EXPECT_EQ(error.code(), "22001");
  EXPECT_THAT(error.message(), HasSubstr("s.csv:3: "));
}

TEST_P(PostgresqlSeedTest, SeedsTellIntervalsApartThatLastEquallyLong) {
  database->execute(
      "CREATE TABLE s (id integer PRIMARY KEY, v interval); INSERT INTO s VALUES (1, '24:00')");
  Transaction transaction(*database);

  const SeedCount count = database->apply_seed(seed_of({"id", "v"}, {{"1", "1 day"}}),
                                               *database->describe_table("", "s"));

  EXPECT_EQ(count.updated, 1);
}

TEST_P(PostgresqlSeedTest, AnIdentityOutsideTheKeyIsLeftAlone) {
  database->execute(
      "CREATE TABLE s (code text PRIMARY KEY, id integer GENERATED ALWAYS AS IDENTITY, v text);"
      "INSERT INTO s (code, v) VALUES ('a', 'old'), ('b', 'same')");
  const SeedTable seed =
      seed_of({"code", "id", "v"}, {{"a", "1", "new"}, {"b", "2", "same"}, {"c", "9", "x"}});
  Transaction transaction(*database);

  const SeedCount count = database->apply_seed(seed, *database->describe_table("", "s"));

  EXPECT_EQ((std::vector{count.inserted, count.updated, count.unchanged}),
            (std::vector<std::int64_t>{1, 1, 1}));
}

TEST_P(PostgresqlSeedTest, AnIdentityThatWouldHaveToChangeIsAMistakeInTheSeed) {
  database->execute(
      "CREATE TABLE s (code text PRIMARY KEY, id integer GENERATED ALWAYS AS IDENTITY);"
      "INSERT INTO s (code) VALUES ('a'), ('b')");
  const SeedTable seed = seed_of({"code", "id"}, {{"new", "8"}, {"a", "1"}, {"b", "7"}});
  Transaction transaction(*database);

  const Error error =
      error_of([&] { database->apply_seed(seed, *database->describe_table("", "s")); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("s.csv:4: column 's.id' is GENERATED ALWAYS"));
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
