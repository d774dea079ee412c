// Definitions that the server writes differently although they mean the same to it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "provision/model/schema_difference.h"
#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

/// The same meaning in the words of an operator, and as a call.
constexpr std::string_view kWords = R"(
CREATE TABLE t (a timestamp CHECK (a AT TIME ZONE 'utc' > '2020-01-01'),
  b timestamptz DEFAULT (timestamp '2020-01-01' AT TIME ZONE 'utc'));
CREATE INDEX i ON t ((a AT TIME ZONE 'utc')) WHERE b AT TIME ZONE 'utc' > '2020-01-01';
CREATE VIEW v AS SELECT a AT TIME ZONE 'utc' AS a FROM t;
CREATE POLICY p ON t USING (a AT TIME ZONE 'utc' > '2020-01-01');
CREATE RULE r AS ON INSERT TO t WHERE NEW.a AT TIME ZONE 'utc' > '2020-01-01' DO NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.a AT TIME ZONE 'utc' > '2020-01-01')
  EXECUTE FUNCTION f();
CREATE FUNCTION h(a timestamp) RETURNS timestamptz LANGUAGE sql RETURN a AT TIME ZONE 'utc';
)";
constexpr std::string_view kCalls = R"(
CREATE TABLE t (a timestamp CHECK (timezone('utc', a) > '2020-01-01'),
  b timestamptz DEFAULT timezone('utc', timestamp '2020-01-01'));
CREATE INDEX i ON t (timezone('utc', a)) WHERE timezone('utc', b) > '2020-01-01';
CREATE VIEW v AS SELECT timezone('utc', a) AS a FROM t;
CREATE POLICY p ON t USING (timezone('utc', a) > '2020-01-01');
CREATE RULE r AS ON INSERT TO t WHERE timezone('utc', NEW.a) > '2020-01-01' DO NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END
$$;
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (timezone('utc', NEW.a) > '2020-01-01')
  EXECUTE FUNCTION f();
CREATE FUNCTION h(a timestamp) RETURNS timestamptz LANGUAGE sql RETURN timezone('utc', a);
)";

class PostgresqlEquivalentTest : public EngineTest {
 protected:
  struct Found {
    size_t as_written = 0;
    size_t as_meant = 0;
  };
  /// How many differences there are between what two scripts make.
  Found compared(std::string_view one, std::string_view other) {
    const auto left = connect(new_database());
    const auto right = connect(new_database());
    left->execute(one);
    right->execute(other);
    const auto reader = right->schema_reader({});
    const SchemaSnapshot expected = left->schema_reader({})->snapshot();
    const SchemaSnapshot actual = reader->snapshot();
    const Equivalence equivalent = [&](const SchemaObject& a, const SchemaObject& b) {
      return reader->equivalent(a, b);
    };
    return {difference(expected, actual).size(), difference(expected, actual, equivalent).size()};
  }
};

TEST_P(PostgresqlEquivalentTest, OtherWordsAreNoDifference) {
  const Found found = compared(kWords, kCalls);

  EXPECT_GE(found.as_written, 9U);
  EXPECT_EQ(found.as_meant, 0U);
}

TEST_P(PostgresqlEquivalentTest, OtherArgumentsAreADifference) {
  std::string elsewhere(kCalls);
  for (size_t at = 0; (at = elsewhere.find("'utc'", at)) != std::string::npos;) {
    elsewhere.replace(at, 5, "'cet'");
  }

  EXPECT_EQ(compared(kWords, elsewhere).as_meant, 8U);
}

TEST_P(PostgresqlEquivalentTest, WhatStandsBesideAnExpressionIsADifference) {
  const auto schema = [](std::string_view inherit, std::string_view nulls, std::string_view kind) {
    return fmt::format(
        "CREATE TABLE t (a integer, CONSTRAINT c CHECK (a > 0){});"
        "CREATE UNIQUE INDEX i ON t (a){};"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE {}TRIGGER w AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();",
        inherit, nulls, kind);
  };

  EXPECT_EQ(
      compared(schema("", "", ""), schema(" NO INHERIT", " NULLS NOT DISTINCT", "CONSTRAINT "))
          .as_meant,
      3U);
}

TEST_P(PostgresqlEquivalentTest, OnlyTheEndOfABodyMayDiffer) {
  const auto function = [](std::string_view body) {
    return std::string("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS '")
        .append(body)
        .append("'");
  };

  EXPECT_EQ(compared(function("SELECT 1"), function("SELECT 1\n  ")).as_meant, 0U);
  EXPECT_EQ(compared(function("SELECT 1"), function("SELECT 2\n")).as_meant, 1U);
  EXPECT_EQ(compared(function("SELECT 1"), function("SELECT  1")).as_meant, 1U);
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlEquivalentTest, testing::Values("postgresql"));

}  // namespace
}  // namespace provision
