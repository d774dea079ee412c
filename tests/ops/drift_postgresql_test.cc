// What a server writes in two ways and means in one, and what belongs to roles.
#include <gmock/gmock.h>

#include "provision/base/text.h"
#include "tests/ops/commit_proxy.h"
#include "tests/ops/drift_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PostgresqlDriftTest : public DriftTest {
 protected:
  /// A role of its own, gone with the test.
  std::string new_role() {
    const std::string name = "role_" + random_hex(6);
    const DatabaseSpec spec = new_database();
    connect(spec)->execute("CREATE ROLE " + name);
    return name;
  }
  /// `source` as it is reached through `proxy`.
  DriftSource through(const CommitProxy& proxy, DriftSource source) {
    DatabaseSpec& spec = source.databases.front();
    spec = engine().located(spec);
    spec.server = Server::existing;
    spec.location.host = proxy.folder().string();
    spec.location.port = "5432";
    return source;
  }
  std::filesystem::path socket_of(const DriftSource& source) {
    const Location location = engine().located(source.databases.front()).location;
    const std::string port = location.port.empty() ? "5432" : location.port;
    return std::filesystem::path(location.host) / (".s.PGSQL." + port);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlDriftTest, testing::Values("postgresql"));

TEST_P(PostgresqlDriftTest, ExpressionsThatMeanTheSameAreNoDifference) {
  const std::string table =
      "CREATE TYPE mood AS ENUM ('ok', 'bad');"
      "CREATE TABLE t (s varchar(10), m mood, n bigint, at timestamptz);";
  const DriftSource one =
      database("staging", table +
                              "ALTER TABLE t ADD CONSTRAINT c CHECK (s IN ('a', 'b'));"
                              "CREATE INDEX i ON t (n) WHERE s IN ('a', 'b');"
                              "ALTER TABLE t ADD CONSTRAINT d"
                              " CHECK (date(timezone('utc', at)) > '2000-01-01')");
  // As a dump of it is restored.
  const DriftSource other = database(
      "production", table +
                        "ALTER TABLE t ADD CONSTRAINT c CHECK ((s)::text = ANY "
                        "((ARRAY['a'::character varying, 'b'::character varying])::text[]));"
                        "CREATE INDEX i ON t (n) WHERE (s)::text = ANY "
                        "((ARRAY['a'::character varying, 'b'::character varying])::text[]);"
                        "ALTER TABLE t ADD CONSTRAINT d"
                        " CHECK (date(at AT TIME ZONE 'utc') > '2000-01-01')");

  EXPECT_THAT(lines_of_findings(compared(one, other)), IsEmpty());
}

TEST_P(PostgresqlDriftTest, ExpressionsThatMeanSomethingElseAreDifferences) {
  const std::string table = "CREATE TABLE t (s varchar(10)); ALTER TABLE t ADD CONSTRAINT c CHECK ";

  const Report report = compared(database("staging", table + "(s IN ('a', 'b'))"),
                                 database("production", table + "(s IN ('a', 'c'))"));

  EXPECT_THAT(lines_of_findings(report), ElementsAre("changed check t.c: definition"));
}

TEST_P(PostgresqlDriftTest, TheOrderOfAttributesIsNoMereOrder) {
  EXPECT_THAT(
      lines_of_findings(compared(database("staging", "CREATE TYPE e AS (a integer, b text)"),
                                 database("production", "CREATE TYPE e AS (b text, a integer)"))),
      ElementsAre("changed composite type e: column order"));
}

TEST_P(PostgresqlDriftTest, WhoeverMigratedOwnsWhatScratchOwns) {
  const std::string role = new_role();
  write_revision("a1", "base", "CREATE TABLE t (a integer); CREATE TABLE u (a integer);",
                 "DROP TABLE u; DROP TABLE t;");
  create(workspace(), {.no_seed = true});
  run(fmt::format("ALTER TABLE t OWNER TO {0}; ALTER TABLE u OWNER TO {0}", role));
  const DriftSource actual = environment("staging", spec_);

  EXPECT_THAT(lines_of_findings(compared(head_of(actual), actual)), IsEmpty());

  run(
      fmt::format("CREATE TABLE v (a integer); ALTER TABLE v OWNER TO {0}; "
                  "ALTER TABLE u OWNER TO CURRENT_USER",
                  role));
  EXPECT_THAT(lines_of_findings(compared(head_of(actual), actual)),
              ElementsAre("changed table u: owner", "extra table v"));
}

TEST_P(PostgresqlDriftTest, RolesThatMigrationsNameAreThereOnScratch) {
  const std::string role = new_role();
  write_revision("a1", "base",
                 fmt::format("CREATE TABLE t (a integer); GRANT SELECT ON t TO {};", role),
                 "DROP TABLE t;");
  create(workspace(), {.no_seed = true});
  const DriftSource actual = environment("staging", spec_);

  EXPECT_THAT(lines_of_findings(compared(head_of(actual), actual)), IsEmpty());

  run(fmt::format("GRANT DELETE ON t TO {}", role));
  EXPECT_THAT(lines_of_findings(compared(head_of(actual), actual)),
              ElementsAre("changed table t: privilege to " + role));
}

TEST_P(PostgresqlDriftTest, PartitionsMadeAtRunTimeAreLeftOutAndCounted) {
  const std::string parent = "CREATE TABLE log (day date) PARTITION BY RANGE (day);";
  const DriftSource expected = database("staging", parent);
  const DriftSource actual =
      database("production", parent +
                                 "CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM "
                                 "('2026-01-01') TO ('2027-01-01')");

  const Report report = compared(expected, actual);
  options_.partitions = true;
  const Report with_partitions = compared(expected, actual);

  EXPECT_THAT(lines_of_findings(report), IsEmpty());
  EXPECT_NE(table(report, "ignored"), nullptr);
  EXPECT_THAT(lines_of_findings(with_partitions), ElementsAre("extra table log_2026"));
}

TEST_P(PostgresqlDriftTest, PartitionsThatAreNoRangesAreOfTheSchema) {
  const std::string parents =
      "CREATE TABLE l (a integer) PARTITION BY LIST (a);"
      "CREATE TABLE h (a integer) PARTITION BY HASH (a);"
      "CREATE TABLE r (a integer) PARTITION BY RANGE (a);";
  const DriftSource expected = database("staging", parents);
  const DriftSource actual = database(
      "production", parents +
                        "CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1);"
                        "CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                        "CREATE TABLE r0 PARTITION OF r DEFAULT;"
                        "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1) TO (2)");

  EXPECT_THAT(lines_of_findings(compared(expected, actual)),
              ElementsAre("extra table h1", "extra table l1", "extra table r0"));
}

TEST_P(PostgresqlDriftTest, ThePartitionsOfOnesMadeAtRunTimeAreLeftOutWithThem) {
  const std::string parent = "CREATE TABLE \"R\" (a integer, b integer) PARTITION BY RANGE (a);";
  const std::string parts =
      "CREATE TABLE \"R1\" PARTITION OF \"R\" FOR VALUES FROM (1) TO (2) PARTITION BY LIST (b);"
      "CREATE TABLE r1b PARTITION OF \"R1\" FOR VALUES IN (1);";

  EXPECT_THAT(lines_of_findings(
                  compared(database("staging", parent), database("production", parent + parts))),
              IsEmpty());
  EXPECT_THAT(lines_of_findings(compared(database("none", ""), database("all", parent + parts))),
              ElementsAre("extra table R", "extra table R1", "extra table r1b"));
}

TEST_P(PostgresqlDriftTest, ADetachedPartitionKeepsItsColumns) {
  const std::string tables =
      "CREATE TABLE r (a integer NOT NULL, b text DEFAULT 'x') PARTITION BY RANGE (a);"
      "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1) TO (2);";
  const DriftSource attached = database("staging", tables);
  const DriftSource detached =
      database("production", tables + "ALTER TABLE r DETACH PARTITION r1;");

  EXPECT_THAT(lines_of_findings(compared(attached, detached)),
              ElementsAre("changed table r1: inherits", "changed table r1: partition bound"));
  EXPECT_THAT(lines_of_findings(compared(detached, attached)),
              ElementsAre("changed table r1: inherits", "changed table r1: partition bound"));
}

TEST_P(PostgresqlDriftTest, AColumnThatAChildHasOfItsOwnTooIsNotGone) {
  const std::string parent = "CREATE TABLE r (a integer);";

  EXPECT_THAT(lines_of_findings(compared(
                  database("staging", parent + "CREATE TABLE c () INHERITS (r)"),
                  database("production", parent + "CREATE TABLE c (a integer) INHERITS (r)"))),
              ElementsAre("changed column c.a: inherited"));
}

TEST_P(PostgresqlDriftTest, WhatAPartitionSaysOfAnInheritedColumnIsToldOfTheColumn) {
  const std::string tables =
      "CREATE TABLE r (a integer NOT NULL, b text) PARTITION BY LIST (a);"
      "CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1) PARTITION BY LIST (b);"
      "CREATE TABLE r1x PARTITION OF r1 FOR VALUES IN ('x');";

  EXPECT_THAT(lines_of_findings(compared(
                  database("staging", tables),
                  database("production", tables + "ALTER TABLE r1x ALTER b SET DEFAULT 'x'"))),
              ElementsAre("changed column r1x.b: default"));
}

TEST_P(PostgresqlDriftTest, NoPartitionOfAScriptIsMadeAtRunTime) {
  const std::string parent = "CREATE TABLE r (a integer) PARTITION BY RANGE (a);";
  const std::string part = "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM (1) TO (2);";
  const DriftSource without = file(DriftSource::Kind::schema, "without.sql", parent);
  const DriftSource with = file(DriftSource::Kind::schema, "with.sql", parent + part);

  EXPECT_THAT(lines_of_findings(compared(database("live", parent), with)),
              ElementsAre("extra table r1"));
  EXPECT_THAT(lines_of_findings(compared(with, database("live", parent))),
              ElementsAre("missing table r1"));
  EXPECT_THAT(lines_of_findings(compared(database("live", parent + part), without)), IsEmpty());
}

TEST_P(PostgresqlDriftTest, ADumpWithoutRowsLeavesMaterializedViewsEmpty) {
  const std::string sql = "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a";

  EXPECT_THAT(lines_of_findings(
                  compared(database("staging", sql), database("copy", sql + " WITH NO DATA"))),
              IsEmpty());
}

TEST_P(PostgresqlDriftTest, ARoleThatMayOnlyConnectGivesTheSameAnswer) {
  const std::string role = new_role();
  const std::string sql =
      "CREATE TABLE t (a integer DEFAULT 1 CHECK (a > 0));"
      "CREATE VIEW v AS SELECT a FROM t;";
  const DriftSource expected = database("staging", sql + "CREATE TABLE more (a integer)");
  DriftSource actual = database("production", sql);
  DatabaseSpec& spec = actual.databases.front();
  connect(spec)->execute(
      fmt::format("REVOKE ALL ON SCHEMA public FROM public; "
                  "ALTER ROLE {} LOGIN",
                  role));
  const Report as_owner = compared(expected, actual);
  spec = engine().located(spec);
  spec.server = Server::existing;
  spec.location.user = role;

  const Report as_role = compared(expected, actual);

  EXPECT_EQ(lines_of_findings(as_role), lines_of_findings(as_owner));
}

TEST_P(PostgresqlDriftTest, AConnectionThatIsLostIsTriedOnceMore) {
  const DriftSource one = database("staging", "CREATE TABLE t (a integer)");
  const DriftSource other = database("production", "CREATE TABLE t (a integer, b integer)");
  CommitProxy proxy(socket_of(other), CommitProxy::Fault::reading_breaks);

  const Report report = compared(one, through(proxy, other));

  EXPECT_EQ(proxy.faults(), 1);
  EXPECT_THAT(lines_of_findings(report), ElementsAre("extra column t.b"));
}

TEST_P(PostgresqlDriftTest, AConnectionThatIsLostAgainLeavesNoHalfAnswer) {
  const DriftSource one = database("staging", "CREATE TABLE t (a integer)");
  const DriftSource other = database("production", "CREATE TABLE t (a integer)");
  CommitProxy proxy(socket_of(other), CommitProxy::Fault::reading_always_breaks);

  const Error error = error_of([&] { compared(one, through(proxy, other)); });

  EXPECT_EQ(proxy.faults(), 2);
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("cannot read 'production'"));
}

}  // namespace
}  // namespace provision
