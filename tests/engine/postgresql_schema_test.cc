// What the schema reader sees: cases of a schema, a change to it and what that must be told as.
#include <gmock/gmock.h>

#include <array>

#include "provision/base/text.h"
#include "provision/model/schema_difference.h"
#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// "# title", the SQL of a schema, "--- change", SQL, "--- expect", a line for each difference.
struct Case {
  std::string title;
  std::string schema;
  std::string change;
  std::vector<std::string> expected;
};

std::vector<Case> cases_of(const std::string& name) {
  std::vector<Case> cases;
  int part = 0;
  const std::string text =
      read_text(std::filesystem::path(PROVISION_SOURCE_DIR) / "tests/engine/cases" / name);
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("# ")) {
      cases.push_back({.title = std::string(line.substr(2))});
      part = 0;
    } else if (line.starts_with("--- ")) {
      ++part;
    } else if (cases.empty() || line.empty()) {
      continue;
    } else if (part == 2) {
      cases.back().expected.emplace_back(line);
    } else {
      (part == 0 ? cases.back().schema : cases.back().change).append(line) += '\n';
    }
  }
  return cases;
}

std::string on_one_line(std::string value) {
  for (size_t at = 0; (at = value.find('\n', at)) != std::string::npos;)
    value.replace(at, 1, "\\n");
  return value;
}

std::string shown(const std::optional<std::string>& value) {
  if (!value) return "-";
  return value->empty() ? "yes" : on_one_line(*value);
}

std::vector<std::string> lines_of(const std::vector<ObjectDifference>& differences) {
  std::vector<std::string> lines;
  for (const ObjectDifference& one : differences) {
    const std::string object = std::string(name_of(one.type)) + " " + to_string(one.id());
    if (one.type != ObjectDifference::Type::changed) lines.push_back(object);
    for (const FieldDifference& field : one.fields) {
      lines.push_back(object + ", " + field.name + ": " + shown(field.expected) + " => " +
                      shown(field.actual));
    }
  }
  return lines;
}

/// Every object with all its fields.
std::vector<std::string> lines_of(const SchemaSnapshot& snapshot) {
  std::vector<std::string> lines;
  for (const SchemaObject& object : snapshot.objects) {
    std::string line = to_string(object.id) + (object.generated_name ? " (made up)" : "");
    for (const Field& field : object.fields) line += "; " + field.name + " = " + field.value;
    lines.push_back(line);
  }
  return lines;
}

class PostgresqlSchemaTest : public EngineTest {
 protected:
  void SetUp() override { database = connect(new_database()); }

  SchemaSnapshot snapshot() { return database->schema_reader({})->snapshot(); }

  void expect_case(const Case& one) {
    SCOPED_TRACE(one.title);
    Transaction transaction(*database);
    database->execute(one.schema);
    const auto reader = database->schema_reader({});
    const SchemaSnapshot before = reader->snapshot();
    database->execute(one.change);

    const std::vector<std::string> seen = lines_of(difference(reader->changes()));

    const SchemaSnapshot after = snapshot();
    EXPECT_EQ(seen, one.expected);
    EXPECT_EQ(lines_of(difference(before, after)), seen);
  }

  std::unique_ptr<Database> database;
};

TEST_P(PostgresqlSchemaTest, EveryChangeIsSeenAsWhatItIs) {
  const std::vector<Case> cases = cases_of("postgresql_schema.txt");
  ASSERT_GT(cases.size(), 100U);

  for (const Case& one : cases) expect_case(one);
}

constexpr std::string_view kShop = R"(
CREATE DOMAIN code AS varchar(5) DEFAULT 'q' CHECK (VALUE IN ('q', 'r'));
CREATE TABLE t (id serial PRIMARY KEY, s varchar(10) DEFAULT 'x' CHECK (s IN ('a', 'b')),
  g boolean GENERATED ALWAYS AS (s IN ('a', 'b')) STORED, c code);
CREATE INDEX i ON t (s) WHERE s IN ('a', 'b');
CREATE VIEW v AS SELECT id FROM t WHERE s IN ('a', 'b');
CREATE MATERIALIZED VIEW m AS SELECT id FROM t WHERE s IN ('a', 'b');
CREATE POLICY p ON t USING (s IN ('a', 'b'));
CREATE POLICY q ON t WITH CHECK (s IN ('a', 'b') AND EXISTS (SELECT FROM t x WHERE x.id = t.id));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.s IN ('a', 'b')) EXECUTE FUNCTION f();
CREATE RULE r AS ON INSERT TO t WHERE NEW.s IN ('a', 'b') DO NOTHING;
CREATE FUNCTION h(s varchar) RETURNS boolean LANGUAGE sql RETURN s IN ('a', 'b');
)";

/// As the server writes it once it has read it back.
constexpr std::string_view kOnceMore = R"(
CREATE DOMAIN code AS varchar(5) DEFAULT 'q'
  CHECK (VALUE::text = ANY (ARRAY['q'::varchar::text, 'r'::varchar::text]));
CREATE TABLE t (id serial PRIMARY KEY, s varchar(10) DEFAULT 'x'
  CHECK (s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text])),
  g boolean GENERATED ALWAYS AS (s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text])) STORED,
  c code);
CREATE INDEX i ON t (s) WHERE s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]);
CREATE VIEW v AS SELECT id FROM t WHERE s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]);
CREATE MATERIALIZED VIEW m AS
  SELECT id FROM t WHERE s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]);
CREATE POLICY p ON t USING (s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]));
CREATE POLICY q ON t WITH CHECK (s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text])
  AND EXISTS (SELECT FROM t x WHERE x.id = t.id));
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER w BEFORE UPDATE ON t FOR EACH ROW
  WHEN (NEW.s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text])) EXECUTE FUNCTION f();
CREATE RULE r AS ON INSERT TO t
  WHERE NEW.s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]) DO NOTHING;
CREATE FUNCTION h(s varchar) RETURNS boolean LANGUAGE sql
  RETURN s::text = ANY (ARRAY['a'::varchar::text, 'b'::varchar::text]);
)";

TEST_P(PostgresqlSchemaTest, WhatIsOnlyWrittenDifferentlyIsNoDifference) {
  auto other = connect(new_database());
  database->execute(kShop);
  other->execute(kOnceMore);
  const auto reader = other->schema_reader({});
  const SchemaSnapshot left = snapshot();
  const SchemaSnapshot right = reader->snapshot();

  const auto found = difference(left, right, [&](const SchemaObject& a, const SchemaObject& b) {
    return reader->equivalent(a, b);
  });

  EXPECT_GE(difference(left, right).size(), 10U);
  EXPECT_THAT(lines_of(found), IsEmpty());
  EXPECT_THAT(lines_of(difference(reader->changes())), IsEmpty());
}

TEST_P(PostgresqlSchemaTest, WhatMeansSomethingElseIsNotEquivalent) {
  database->execute("CREATE TABLE t (s varchar(10) CHECK (s IN ('a', 'b')))");
  const auto reader = database->schema_reader({});
  SchemaObject one{{ObjectKind::check, "public", "t", "t_s_check"},
                   {{"definition", "CHECK (s IN ('a', 'b'))"}}};
  SchemaObject other = one;
  other.fields[0].value = "CHECK (s::text = ANY (ARRAY['a', 'b']))";
  SchemaObject wider = one;
  wider.fields[0].value = "CHECK (s IN ('a', 'b', 'c'))";
  SchemaObject broken = one;
  broken.fields[0].value = "CHECK (nothing IN ('a', 'b'))";

  EXPECT_TRUE(reader->equivalent(one, one));
  EXPECT_FALSE(reader->equivalent(one, wider));
  EXPECT_FALSE(reader->equivalent(one, broken));
  EXPECT_EQ(only_value(*database, "SELECT count(*) FROM pg_class WHERE relname LIKE '%twin%'"),
            "0");
}

TEST_P(PostgresqlSchemaTest, ARoleThatMayNothingSeesTheSame) {
  database->execute(kShop);
  database->execute("CREATE SCHEMA hidden; CREATE TABLE hidden.t (a integer DEFAULT 3)");
  const std::string role = "nobody_" + random_hex(4);
  database->execute("CREATE ROLE " + role);
  const std::vector<std::string> all = lines_of(snapshot());

  database->execute("SET SESSION AUTHORIZATION " + role);

  EXPECT_EQ(lines_of(snapshot()), all);
  database->execute("RESET SESSION AUTHORIZATION; DROP ROLE " + role);
}

TEST_P(PostgresqlSchemaTest, TheSessionKeepsItsSettings) {
  const std::string settings =
      "SELECT concat_ws('|', current_setting('search_path'), current_setting('DateStyle'), "
      "current_setting('jit'), current_setting('enable_hashjoin'))";
  database->execute("SET search_path = pg_temp; SET DateStyle = 'German'");
  const std::string before = only_value(*database, settings);
  const auto reader = database->schema_reader({});

  reader->snapshot();
  EXPECT_EQ(only_value(*database, settings), before);
  {
    Transaction transaction(*database);
    database->execute("SET LOCAL jit = off; CREATE TABLE public.t (a date DEFAULT '2020-01-02')");
    const std::string inside = only_value(*database, settings);
    reader->changes();
    EXPECT_EQ(only_value(*database, settings), inside);
  }
}

TEST_P(PostgresqlSchemaTest, WhatTheSessionSetsChangesNoDefinition) {
  database->execute(
      "CREATE TABLE t (a date DEFAULT '2020-01-02', b interval DEFAULT '1 day 2 hours', "
      "c timestamptz DEFAULT '2020-01-02 03:04:05+00', d bytea DEFAULT 'x', e float8 DEFAULT 0.1)");
  const std::vector<std::string> all = lines_of(snapshot());

  database->execute(
      "SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'Asia/Tokyo'; "
      "SET bytea_output = 'escape'; SET extra_float_digits = -3; SET quote_all_identifiers = on; "
      "SET search_path = public");

  EXPECT_EQ(lines_of(snapshot()), all);
}

TEST_P(PostgresqlSchemaTest, TheScopeLeavesTablesAndSchemasOut) {
  database->execute(
      "CREATE TABLE version (id serial PRIMARY KEY, a integer CHECK (a > 0)); CREATE INDEX ON "
      "version (a);"
      "CREATE SCHEMA s; CREATE TABLE s.version (a integer); CREATE TABLE s.kept (a integer);"
      "CREATE SCHEMA r; CREATE TABLE r.t (a integer)");
  SchemaScope scope;
  scope.schemas = {"public", "s"};
  scope.left_out = {"public.version"};
  const auto reader = database->schema_reader(scope);
  SchemaScope everywhere = scope;
  everywhere.left_out = {"version"};

  std::set<std::string> tables;
  for (const SchemaObject& object : reader->snapshot().objects) {
    if (object.id.kind >= ObjectKind::sequence) tables.insert(to_string(object.id));
  }
  const std::vector<std::string> seen(tables.begin(), tables.end());
  std::vector<std::string> changed;
  {
    Transaction transaction(*database);
    database->execute(
        "ALTER TABLE version ADD b text; ALTER TABLE r.t ADD b text; ALTER TABLE s.kept ADD b "
        "text");
    changed = lines_of(difference(reader->changes()));
  }

  EXPECT_THAT(seen, ElementsAre("column s.kept.a", "column s.version.a", "table s.kept",
                                "table s.version"));
  EXPECT_THAT(changed, ElementsAre("extra column s.kept.b"));
  const std::vector<std::string> left = lines_of(database->schema_reader(everywhere)->snapshot());
  for (const std::string& line : left)
    EXPECT_THAT(line, testing::Not(testing::HasSubstr("version (")));
}

TEST_P(PostgresqlSchemaTest, WhatNobodyReadsIsCounted) {
  database->execute("SELECT lo_create(0)");

  const SchemaSnapshot seen = snapshot();

  EXPECT_THAT(seen.not_compared, ElementsAre(NotCompared{"large object", 1}));
  EXPECT_EQ(seen.engine, "postgresql");
}

TEST_P(PostgresqlSchemaTest, ChangesFollowCommitsRollbacksAndWhatWasNotSeen) {
  const auto reader = database->schema_reader({});
  const auto changes = [&] { return lines_of(difference(reader->changes())); };
  reader->snapshot();

  database->begin();
  database->execute("CREATE TABLE t (a integer)");
  EXPECT_THAT(changes(), ElementsAre("extra table t"));
  EXPECT_THAT(changes(), IsEmpty());
  database->commit();
  EXPECT_THAT(changes(), IsEmpty());

  database->begin();
  database->execute("DROP TABLE t");
  EXPECT_THAT(changes(), ElementsAre("missing table t"));
  database->rollback();
  EXPECT_THAT(changes(), ElementsAre("extra table t"));

  database->execute("ALTER TABLE t ADD b text");
  database->begin();
  database->execute("ALTER TABLE t ADD c text");
  EXPECT_THAT(changes(), ElementsAre("extra column t.b", "extra column t.c"));
  database->execute("SAVEPOINT s; ALTER TABLE t ADD d text");
  EXPECT_THAT(changes(), ElementsAre("extra column t.d"));
  database->execute("ROLLBACK TO s");
  EXPECT_THAT(changes(), ElementsAre("missing column t.d"));
  database->execute("DISCARD PLANS; DEALLOCATE ALL; ALTER TABLE t DROP c");
  EXPECT_THAT(changes(), ElementsAre("missing column t.c"));
  database->commit();
}

constexpr std::array kOneAfterAnother = {
    "CREATE TABLE a (id integer PRIMARY KEY, n text NOT NULL DEFAULT 'x', UNIQUE (n));"
    "CREATE INDEX i ON a (n); CREATE TABLE b (a integer REFERENCES a, s serial);"
    "CREATE VIEW v AS SELECT id, n FROM a",
    "ALTER TABLE a ADD c integer DEFAULT 1",
    "CREATE INDEX j ON a (c)",
    "CREATE UNIQUE INDEX u ON a (n); ALTER TABLE a REPLICA IDENTITY USING INDEX u",
    "ALTER TABLE a REPLICA IDENTITY USING INDEX a_n_key",
    "ALTER TABLE a RENAME n TO m",
    "ALTER INDEX j SET (fillfactor = 50)",
    "ALTER INDEX a_n_key SET (fillfactor = 50)",
    "ALTER INDEX i RENAME TO k",
    "CREATE INDEX x ON a (length(m))",
    "ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 7",
    "ALTER TABLE a CLUSTER ON j",
    "ALTER TABLE a CLUSTER ON a_pkey",
    "ALTER SEQUENCE b_s_seq OWNED BY NONE",
    "ALTER TABLE a ADD d integer GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE a ALTER d SET INCREMENT BY 2",
    "ALTER TABLE b DISABLE TRIGGER ALL",
    "COMMENT ON CONSTRAINT a_pkey ON a IS 'c'; COMMENT ON INDEX j IS 'i'",
    "GRANT SELECT (m) ON a TO public; ALTER TABLE b ADD e integer DEFAULT 2",
    "COMMENT ON TABLE b IS 'b'; GRANT SELECT ON a TO public",
    "COMMENT ON TABLE b IS 'c'; GRANT SELECT (id) ON a TO public",
    "ALTER TABLE b SET UNLOGGED",
    "ALTER TABLE a ALTER c TYPE bigint",
    "ALTER TABLE a RENAME TO z",
    "DROP TABLE b; REVOKE SELECT (id) ON z FROM public; ALTER TABLE z ADD f text DEFAULT 'f'",
    "DROP INDEX j; ALTER TABLE z RENAME m TO n",
    "ALTER TABLE z DROP CONSTRAINT a_n_key; ALTER TABLE z DROP c",
    "DROP VIEW v; DROP TABLE z",
};

TEST_P(PostgresqlSchemaTest, WhatIsReadAgainIsAsIfAllWereRead) {
  const auto reader = database->schema_reader({});
  SchemaSnapshot before = reader->snapshot();

  for (const std::string_view step : kOneAfterAnother) {
    SCOPED_TRACE(step);
    database->begin();
    database->execute(step);
    const std::vector<std::string> seen = lines_of(difference(reader->changes()));
    database->commit();
    SchemaSnapshot after = snapshot();

    EXPECT_EQ(lines_of(difference(before, after)), seen);
    EXPECT_THAT(seen, Not(IsEmpty()));
    before = std::move(after);
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresqlSchemaTest, testing::Values("postgresql"));

}  // namespace
}  // namespace provision
