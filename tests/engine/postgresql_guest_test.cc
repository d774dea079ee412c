// Reading a schema beside others: they are not held up, nor is the reader by them.
#include <gmock/gmock.h>

#include "provision/model/schema_difference.h"
#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kShop = R"(
CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT c CHECK (a > 0),
  g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX i ON t (a) WHERE a > 1;
CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t, b integer CHECK (b > 0));
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT b FROM u;
CREATE POLICY p ON u USING (EXISTS (SELECT FROM t WHERE a > 0));
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t);
)";

class PostgresqlGuestTest : public EngineTest {
 protected:
  void SetUp() override {
    spec = new_database();
    host = connect(spec);
    host->execute(kShop);
  }

  SchemaSnapshot snapshot(Database& database) { return database.schema_reader({})->snapshot(); }
  SchemaSnapshot snapshot() { return snapshot(*connect(spec, Access::read)); }

  DatabaseSpec spec;
  std::unique_ptr<Database> host;
};

std::vector<std::string> unread(const SchemaSnapshot& snapshot) {
  std::vector<std::string> ids;
  for (const SchemaObject& object : snapshot.objects) {
    if (!object.field(kNotRead).empty()) ids.push_back(to_string(object.id));
  }
  return ids;
}

TEST_P(PostgresqlGuestTest, WhatOthersKeepLockedIsMarkedAndNoDifference) {
  const SchemaSnapshot before = snapshot();
  host->begin();
  host->execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");

  const SchemaSnapshot seen = snapshot();

  EXPECT_THAT(unread(seen), testing::ElementsAre("view v", "column t.g", "check t.c", "index t.i",
                                                 "policy u.p", "function f()"));
  EXPECT_THAT(seen.not_compared,
              Contains(NotCompared{"definition of view v, locked by another session", 1}));
  EXPECT_EQ(seen.objects.size(), before.objects.size());
  EXPECT_THAT(difference(before, seen), IsEmpty());
  EXPECT_THAT(difference(seen, before), IsEmpty());
}

TEST_P(PostgresqlGuestTest, ASchemaInTheMakingIsReadAsItWas) {
  const SchemaSnapshot before = snapshot();
  host->begin();
  host->execute("DROP VIEW v; DROP TABLE u CASCADE; ALTER TABLE t DROP a CASCADE");

  const SchemaSnapshot seen = snapshot();
  host->rollback();

  EXPECT_THAT(difference(before, seen), IsEmpty());
  EXPECT_EQ(fingerprint(snapshot()), fingerprint(before));
}

TEST_P(PostgresqlGuestTest, ManyViewsTakeFewLocksAtATime) {
  host->execute(
      "DO $$BEGIN FOR i IN 1..700 LOOP EXECUTE format('CREATE VIEW v%s AS SELECT a FROM t', i); "
      "END LOOP; END$$");
  const auto reader = connect(spec, Access::read);

  size_t views = 0;
  for (const SchemaObject& object : snapshot(*reader).objects) {
    views += object.id.kind == ObjectKind::view && !object.field("definition").empty() ? 1 : 0;
  }

  EXPECT_EQ(views, 702U);
  EXPECT_EQ(only_value(*reader,
                       "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() "
                       "AND relation >= 16384"),
            "0");
}

TEST_P(PostgresqlGuestTest, ARoleThatMayOnlyConnectSeesWhatASuperuserSees) {
  const std::string role = "nobody_" + random_hex(4);
  host->execute(
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
      "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (password 'secret');"
      "REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE ROLE " +
      role + " LOGIN");
  const SchemaSnapshot all = snapshot();
  const auto session = connect(spec, Access::read);

  session->execute("SET SESSION AUTHORIZATION " + role);
  const SchemaSnapshot seen = snapshot(*session);

  EXPECT_EQ(fingerprint(seen), fingerprint(all));
  EXPECT_THAT(difference(all, seen), IsEmpty());
  EXPECT_THAT(seen.not_compared,
              Contains(NotCompared{"the options of a user mapping are hidden from this role", 1}));
  session->execute("RESET SESSION AUTHORIZATION");
  host->execute("DROP ROLE " + role);
}

TEST_P(PostgresqlGuestTest, TheDatabaseItselfIsDescribed) {
  host->execute("ALTER DATABASE " + spec.location.database + " SET timezone = 'Europe/Oslo'");
  host->execute("ALTER DATABASE " + spec.location.database +
                " SET default_transaction_read_only = on");

  const SchemaSnapshot seen = snapshot();

  const SchemaObject& database = seen.objects.at(0);
  EXPECT_EQ(database.id.kind, ObjectKind::database);
  EXPECT_EQ(database.field("server time zone"), "Europe/Oslo");
  EXPECT_EQ(database.field("setting TimeZone"), "Europe/Oslo");
  EXPECT_EQ(database.field("server version"), seen.version);
  EXPECT_EQ(database.field("server encoding"), "UTF8");
}

TEST_P(PostgresqlGuestTest, WhatNoQueryReadsIsNamed) {
  host->execute("CREATE FUNCTION pg_catalog.ours() RETURNS integer LANGUAGE sql RETURN 1");

  EXPECT_THAT(snapshot().not_compared,
              Contains(NotCompared{"function in a schema of the system", 1}));
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlGuestTest, testing::Values("postgresql"));

}  // namespace
}  // namespace provision
