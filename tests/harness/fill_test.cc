// Tables that are hard to fill, on every engine.
#include <gmock/gmock.h>

#include "tests/harness/fill_fixture.h"

namespace harness {
namespace {

using provision::Transaction;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Engines, FillTest, testing::Values("sqlite", "postgresql"));

TEST_P(FillTest, EveryCommonTypeHasValues) {
  expect_filled(
      "CREATE TABLE t (a integer PRIMARY KEY, b text NOT NULL, c varchar(30) NOT NULL, "
      "d char(4) NOT NULL, e boolean NOT NULL, f date NOT NULL, g timestamp NOT NULL, "
      "h numeric(10,2) NOT NULL, i real NOT NULL, j double precision NOT NULL, k json NOT NULL, "
      "l uuid NOT NULL, m smallint NOT NULL, n bigint NOT NULL, o time NOT NULL, "
      "p numeric(2,2) NOT NULL, q decimal(3) NOT NULL)");
}

TEST_P(FillTest, RowsThatAreThereCount) {
  database->execute("CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t VALUES (1), (2)");

  const FillReport report = fill(5);

  EXPECT_EQ(report.rows, 3);
  EXPECT_EQ(count("t"), "5");
  EXPECT_EQ(fill(5).rows, 0);
}

TEST_P(FillTest, RowsAreTheSameEveryTime) {
  const std::string schema =
      "CREATE TABLE t (a integer PRIMARY KEY, b varchar(20), c date, d numeric(8,2), e boolean)";
  database->execute(schema);
  fill();
  const auto first = database->query("SELECT * FROM t ORDER BY a");
  database->execute("DROP TABLE t; " + schema);
  fill();

  EXPECT_EQ(database->query("SELECT * FROM t ORDER BY a").rows, first.rows);
}

TEST_P(FillTest, NothingIsNullThatNeedNotBe) {
  database->execute("CREATE TABLE t (a integer PRIMARY KEY, b text, c integer, d timestamp)");
  fill();

  EXPECT_EQ(
      only_value(*database, "SELECT count(*) FROM t WHERE b IS NULL OR c IS NULL OR d IS NULL"),
      "0");
}

TEST_P(FillTest, KeysDoNotMeetThoseThatRevisionsInsert) {
  database->execute("CREATE TABLE roles (id integer PRIMARY KEY, name text UNIQUE)");
  fill();

  database->execute("INSERT INTO roles VALUES (1, 'admin'), (2, 'guest')");

  EXPECT_EQ(count("roles"), "7");
}

TEST_P(FillTest, ReferencesAreFollowed) {
  expect_filled(
      "CREATE TABLE zoo (id integer PRIMARY KEY);"
      "CREATE TABLE animal (id integer PRIMARY KEY, zoo_id integer NOT NULL REFERENCES zoo (id));"
      "CREATE TABLE aaa (animal_id integer NOT NULL UNIQUE REFERENCES animal (id) ON DELETE "
      "CASCADE)");
}

TEST_P(FillTest, ReferencesOfSeveralColumnsAgree) {
  expect_filled(
      "CREATE TABLE tenant (id integer PRIMARY KEY);"
      "CREATE TABLE site (tenant_id integer NOT NULL REFERENCES tenant (id), id integer NOT NULL, "
      "PRIMARY KEY (tenant_id, id));"
      "CREATE TABLE door (id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenant "
      "(id), "
      "site_id integer NOT NULL, FOREIGN KEY (tenant_id, site_id) REFERENCES site (tenant_id, "
      "id))");
}

TEST_P(FillTest, AJoinTableHasDistinctPairs) {
  expect_filled(
      "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY);"
      "CREATE TABLE a_b (a_id integer REFERENCES a (id), b_id integer REFERENCES b (id), "
      "PRIMARY KEY (a_id, b_id))");
}

TEST_P(FillTest, AFriendIsSomebodyElse) {
  expect_filled(
      "CREATE TABLE person (id integer PRIMARY KEY);"
      "CREATE TABLE friend (one integer NOT NULL REFERENCES person (id), "
      "other integer NOT NULL REFERENCES person (id), PRIMARY KEY (one, other), CHECK (one <> "
      "other))");
}

TEST_P(FillTest, ATableMayReferToItself) {
  expect_filled(
      "CREATE TABLE node (id integer PRIMARY KEY, parent_id integer REFERENCES node (id));"
      "CREATE TABLE root (id integer PRIMARY KEY, top_id integer NOT NULL REFERENCES root (id))");
}

TEST_P(FillTest, ACycleIsBrokenWhereItMayBeNull) {
  expect_filled(
      "CREATE TABLE team (id integer PRIMARY KEY, lead_id integer);"
      "CREATE TABLE person (id integer PRIMARY KEY, team_id integer NOT NULL REFERENCES team "
      "(id));" +
      std::string(is_postgresql()
                      ? "ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES person (id)"
                      : "DROP TABLE team; CREATE TABLE team (id integer PRIMARY KEY, "
                        "lead_id integer REFERENCES person (id))"));
}

TEST_P(FillTest, ACycleOfReferencesThatCanWaitIsFilled) {
  const std::string team = "CREATE TABLE team (id integer PRIMARY KEY, lead_id integer NOT NULL";
  const std::string person =
      "CREATE TABLE person (id integer PRIMARY KEY, team_id integer NOT NULL REFERENCES team "
      "(id));";
  expect_filled(is_postgresql()
                    ? team + ");" + person +
                          "ALTER TABLE team ADD FOREIGN KEY (lead_id) REFERENCES person (id) "
                          "DEFERRABLE INITIALLY DEFERRED"
                    : team + " REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED);" + person);
}

TEST_P(FillTest, UniqueShortTextsAreFound) {
  expect_filled("CREATE TABLE t (code varchar(3) NOT NULL UNIQUE, c char(1) NOT NULL UNIQUE)", 20);
}

TEST_P(FillTest, ACompositeKeyOfFewValuesIsFilled) {
  expect_filled(
      "CREATE TABLE t (a boolean NOT NULL, b varchar(2) NOT NULL CHECK (b IN ('de', 'en', 'fr')), "
      "UNIQUE (a, b))",
      6);
}

TEST_P(FillTest, ChecksAreSatisfied) {
  const std::vector<std::string> columns = {
      "a integer NOT NULL CHECK (a > 0)",
      "a numeric(6,2) NOT NULL CHECK (a > 0 AND a < 1)",
      "a numeric(6,2) NOT NULL CHECK (a BETWEEN -1.5 AND -0.5)",
      "a integer NOT NULL CHECK (a >= 1900 AND a <= 2100)",
      "a integer NOT NULL CHECK (a % 7 = 3)",
      "a integer NOT NULL CHECK (a IN (2, 4, 8))",
      "a integer NOT NULL CHECK (a < 0)",
      "a integer NOT NULL CHECK (NOT (a <= 100))",
      "a text NOT NULL CHECK (a IN ('new', 'paid', 'sent'))",
      "a text NOT NULL CHECK (a = 'only')",
      "a text NOT NULL CHECK (length(a) = 3)",
      "a text NOT NULL CHECK (length(a) >= 40)",
      "a text NOT NULL CHECK (length(a) > 2 AND length(a) < 5)",
      "a text NOT NULL CHECK (a <> '')",
      "a text NOT NULL CHECK (length(trim(a)) > 0)",
      "a text NOT NULL CHECK (a LIKE '%@%.%')",
      "a text NOT NULL CHECK (a LIKE 'ab_-%')",
      "a text NOT NULL CHECK (a = upper(a))",
      "a text NOT NULL CHECK (a = lower(a))",
      "a text NOT NULL CHECK (substr(a, 1, 1) = 'K' OR a IN ('one', 'two'))",
      "a text NOT NULL CHECK (a NOT LIKE '% %')",
      "a integer NOT NULL, b integer NOT NULL, CHECK (a < b)",
      "b integer NOT NULL, a integer NOT NULL, c integer NOT NULL, CHECK (a < b AND b < c)",
      "a date NOT NULL, b date NOT NULL, CHECK (b >= a)",
      "a date NOT NULL, b date, CHECK (b IS NULL OR b > a)",
      "a date NOT NULL CHECK (a >= '2030-06-01')",
      "a text, b text, CHECK ((a IS NULL) <> (b IS NULL))",
      "a text, b text, CHECK (a IS NULL OR b IS NULL)",
      "a text NOT NULL, b text, CHECK ((a = 'x' AND b IS NOT NULL) OR (a = 'y' AND b IS NULL))",
      "a integer NOT NULL, b integer NOT NULL, CHECK (a + b <= 12 AND a > 0 AND b > 0)",
      "a integer NOT NULL, b integer NOT NULL, CHECK (a = b)",
      "a text NOT NULL CHECK (CASE WHEN length(a) > 0 THEN 1 = 1 ELSE 1 = 0 END)",
      "a boolean NOT NULL CHECK (a)",
  };
  for (const std::string& column : columns) {
    database->execute("DROP TABLE IF EXISTS t");
    expect_filled("CREATE TABLE t (" + column + ")", 4);
  }
}

TEST_P(FillTest, ACheckThatNothingSatisfiesIsTold) {
  expect_unfilled("CREATE TABLE t (a integer NOT NULL, CHECK (a > 3 AND a < 2))", "t", "t");
}

TEST_P(FillTest, ATableThatHoldsFewerRowsIsTold) {
  database->execute("CREATE TABLE t (a boolean NOT NULL UNIQUE)");

  const FillReport report = fill(5);

  ASSERT_THAT(report.unfilled, SizeIs(1));
  EXPECT_EQ(report.unfilled[0].rows, 2);
  EXPECT_EQ(count("t"), "2");
}

TEST_P(FillTest, GeneratedColumnsAreLeftAlone) {
  expect_filled(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, "
      "b integer GENERATED ALWAYS AS (a * 2) STORED)");
}

TEST_P(FillTest, ViewsAndLeftOutTablesGetNothing) {
  database->execute(
      "CREATE TABLE t (a integer); CREATE VIEW v AS SELECT * FROM t; "
      "CREATE TABLE schema_migrations (version text)");
  Transaction transaction(*database);
  Filler filler(*database, {.rows = 3, .left_out = {"schema_migrations"}});

  const FillReport report = filler.fill();

  EXPECT_EQ(told(report), "");
  EXPECT_EQ(report.rows, 3);
  EXPECT_EQ(count("schema_migrations"), "0");
}

TEST_P(FillTest, OnlyTouchedTablesAreLookedAt) {
  database->execute("CREATE TABLE a (x integer); CREATE TABLE b (x integer)");
  Transaction transaction(*database);
  Filler filler(*database, {.rows = 3});

  const FillReport report = filler.fill({id("a")});

  EXPECT_THAT(report.tables, testing::Contains(id("a")));
  EXPECT_EQ(count("a"), "3");
  EXPECT_EQ(count("b"), "0");
}

TEST_P(FillTest, ATableIsFilledWhenTheOneThatItRefersToIs) {
  database->execute(
      "CREATE TABLE a (id integer PRIMARY KEY, x integer NOT NULL CHECK (x > 3 AND x < 2));"
      "CREATE TABLE b (a_id integer NOT NULL REFERENCES a (id))");
  Transaction transaction(*database);
  Filler filler(*database, {.rows = 2});
  EXPECT_THAT(filler.fill({id("a"), id("b")}).unfilled, SizeIs(2));
  database->execute(
      "DROP TABLE b; DROP TABLE a; CREATE TABLE a (id integer PRIMARY KEY);"
      "CREATE TABLE b (a_id integer NOT NULL REFERENCES a (id))");

  EXPECT_THAT(filler.fill({id("a")}).unfilled, IsEmpty());
  EXPECT_EQ(count("b"), "2");
}

TEST_P(FillTest, NamesNeedNoRespect) {
  expect_filled(
      "CREATE TABLE \"Order\" (\"select\" integer PRIMARY KEY, \"a b\" text NOT NULL, "
      "\"it's\" integer CHECK (\"it's\" > 5));"
      "CREATE TABLE \"x.y\" (\"From\" integer NOT NULL REFERENCES \"Order\" (\"select\"))");
}

class SqliteFillTest : public FillTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteFillTest, testing::Values("sqlite"));

TEST_P(SqliteFillTest, EveryKindOfTableIsFilled) {
  expect_filled(
      "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT, b blob NOT NULL, c DATETIME NOT NULL, "
      "d NVARCHAR(10) NOT NULL, e NOT NULL, f MEDIUMTEXT NOT NULL, g UNSIGNED BIG INT NOT NULL);"
      "CREATE TABLE w (a text, b integer, PRIMARY KEY (a, b)) WITHOUT ROWID;"
      "CREATE TABLE s (i integer NOT NULL, r real NOT NULL, t text NOT NULL, b blob NOT NULL, "
      "a any NOT NULL) STRICT;"
      "CREATE TABLE g (a text NOT NULL CHECK (a GLOB '[A-Z][0-9]*'), "
      "b text NOT NULL CHECK (typeof(b) = 'text' AND b >= 'b'))");
}

TEST_P(SqliteFillTest, ValuesAreOfTheTypesThatAreDeclared) {
  database->execute(
      "CREATE TABLE t (i integer, d date, b boolean, n decimal(6,2), x blob, v varchar(9))");
  fill();

  EXPECT_EQ(only_value(*database,
                       "SELECT DISTINCT typeof(i) || typeof(d) || typeof(b) || typeof(n) || "
                       "typeof(x) || typeof(v) FROM t"),
            "integertextintegerrealblobtext");
}

TEST_P(SqliteFillTest, AReferenceToNothingIsTold) {
  expect_unfilled("CREATE TABLE t (a integer NOT NULL REFERENCES missing (id))", "t", "missing");
}

}  // namespace
}  // namespace harness
