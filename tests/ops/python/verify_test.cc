// What verification finds in Alembic's revisions that Alembic's own tests do not: each defect is a
// revision whose downgrade runs without an error and leaves the database other than it was.
#include <gmock/gmock.h>

#include <map>

#include "tests/ops/python/verify_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

/// Those that any database can have.
std::vector<Defect> common_defects() {
  return {
      {"d01", "CREATE VIEW names AS SELECT name FROM item", ""},
      {"d02", "CREATE INDEX item_name ON item (name)", ""},
      {"d03", "CREATE TABLE log (a integer)", ""},
      {"d04", "INSERT INTO item (id, name) VALUES (99, 'left')", ""},
      {"d05", "DELETE FROM item", "", "data-lost"},
      {"d06", "with op.batch_alter_table('item') as batch:\n        batch.drop_column('note')",
       "with op.batch_alter_table('item') as batch:\n"
       "        batch.add_column(sa.Column('note', sa.String(40)))",
       "data-lost", true},
      {"d07", "op.add_column('item', sa.Column('extra', sa.Integer()))",
       "raise NotImplementedError('never')", "down-failed", true},
  };
}

std::vector<Defect> postgresql_defects() {
  return {
      {"d11", "CREATE SEQUENCE numbers", ""},
      {"d12", "CREATE TYPE mood AS ENUM ('good', 'bad')", ""},
      {"d13", "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'", ""},
      {"d14", "ALTER TABLE item ADD CONSTRAINT cheap CHECK (price < 1000000000)", ""},
      {"d15", "GRANT SELECT ON item TO PUBLIC", ""},
      {"d16", "ALTER TABLE item ALTER COLUMN price SET DEFAULT 5",
       "ALTER TABLE item ALTER COLUMN price DROP DEFAULT"},
      {"d17", "COMMENT ON TABLE item IS 'things'", ""},
      {"d18",
       "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
       "CREATE TRIGGER item_nothing BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION nothing()",
       "DROP TRIGGER item_nothing ON item"},
      {"d19", "ALTER TABLE item ENABLE ROW LEVEL SECURITY", ""},
  };
}

std::vector<Defect> sqlite_defects() {
  return {
      // Rebuilding a table drops it, and with it all that refers to it.
      {"d11", "op.add_column('item', sa.Column('more', sa.Integer()))",
       "with op.batch_alter_table('item') as batch:\n        batch.drop_column('more')",
       "data-lost", true},
      {"d12",
       "with op.batch_alter_table('part') as batch:\n"
       "        batch.create_check_constraint('few', 'id < 1000000000')",
       "", "residue", true},
      {"d13",
       "with op.batch_alter_table('part') as batch:\n"
       "        batch.alter_column('item', server_default='5')",
       "", "residue", true},
      // Last, as it would keep the others from rebuilding what it names.
      {"d14", "CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM part WHERE id < 0; END", ""},
  };
}

INSTANTIATE_TEST_SUITE_P(Engines, PythonVerifyTest, testing::Values("sqlite", "postgresql"));

TEST_P(PythonVerifyTest, EachDowngradeThatDoesNotUndoItsUpgradeIsFound) {
  std::vector<Defect> defects = common_defects();
  const auto more = GetParam() == "sqlite" ? sqlite_defects() : postgresql_defects();
  defects.insert(defects.end(), more.begin(), more.end());
  // A view would keep the batch operations after it from dropping what it reads.
  std::rotate(defects.begin(), defects.begin() + 1, defects.end());
  write({kFirst});
  write(defects);

  const Report report = verified(2);

  auto verdict_of = verdicts(report);
  EXPECT_EQ(verdict_of["d00"], "ok") << told(report);
  for (const Defect& defect : defects) {
    EXPECT_EQ(verdict_of[defect.id], defect.verdict) << defect.id << "\n" << told(report);
  }
}

TEST_P(PythonVerifyTest, TheLineOfTheOperationThatFailsIsSaid) {
  write({kFirst,
         {"d01", "CREATE TABLE log (a integer)", "DROP TABLE nowhere"},
         {"d02", "CREATE TABLE later (a integer)", "DROP TABLE later"}});

  const Report report = verified(0);

  ASSERT_EQ(report.findings.size(), 1) << told(report);
  EXPECT_EQ(report.findings[0].verdict, "down-failed");
  EXPECT_EQ(report.findings[0].file, "versions/d01.py");
  EXPECT_EQ(report.findings[0].line, 14);
  EXPECT_EQ(report.checks[2].verdict, "ok") << "the walk goes on";
}

TEST_P(PythonVerifyTest, ARevisionThatEndsPythonIsAFindingAndTheWalkGoesOn) {
  write({kFirst,
         {"d01", "op.execute('CREATE TABLE log (a integer)')", "import os; os._exit(9)",
          "down-failed", true},
         {"d02", "CREATE TABLE later (a integer)", "DROP TABLE later"}});

  const Report report = verified(0);

  ASSERT_EQ(report.findings.size(), 1) << told(report);
  EXPECT_EQ(report.findings[0].verdict, "down-failed");
  EXPECT_THAT(report.findings[0].detail, HasSubstr("exit code 9"));
  EXPECT_EQ(report.findings[0].file, "versions/d01.py");
  EXPECT_EQ(report.checks[2].verdict, "ok");
}

using PythonRowsTest = PythonVerifyTest;
INSTANTIATE_TEST_SUITE_P(Engines, PythonRowsTest, testing::Values("postgresql"));

TEST_P(PythonRowsTest, WhatGeneratedRowsCannotKnowIsNoFaultOfTheRevision) {
  write({kFirst,
         {"d01", "ALTER TABLE item ALTER COLUMN note TYPE integer USING note::integer",
          "ALTER TABLE item ALTER COLUMN note TYPE varchar(40)"},
         {"d02", "ALTER TABLE item ADD CONSTRAINT item_price_few CHECK (price < -5)",
          "ALTER TABLE item DROP CONSTRAINT item_price_few"},
         {"d03", "ALTER TABLE item ADD COLUMN must integer NOT NULL",
          "ALTER TABLE item DROP COLUMN must"}});

  const Report report = verified(2);

  auto verdict_of = verdicts(report);
  EXPECT_EQ(verdict_of["d01"], "ok") << told(report);
  EXPECT_EQ(verdict_of["d02"], "ok") << told(report);
  EXPECT_EQ(verdict_of["d03"], "up-failed") << "no rows would do: " << told(report);
}

}  // namespace
}  // namespace provision
