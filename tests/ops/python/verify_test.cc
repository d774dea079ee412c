// What verification finds in Alembic's revisions that Alembic's own tests do not: each defect is a
// revision whose downgrade runs without an error and leaves the database other than it was.
#include "harness/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "provision/base/file.h"
#include "provision/project/layout.h"
#include "tests/engine/engine_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Defect {
  std::string id;
  std::string up;    ///< SQL, or lines of Python
  std::string down;  ///< empty: `pass`
  std::string verdict = "residue";
  bool is_python = false;
};

constexpr const char* kEnvironment = R"(
from alembic import context
from sqlalchemy import create_engine, event, pool
from sqlalchemy.engine import Engine

@event.listens_for(Engine, "connect")
def check_foreign_keys(connection, record):
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA foreign_keys = ON")

engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
)";

/// What every defect finds there.
const Defect kFirst{
    "d00",
    "op.create_table('item', sa.Column('id', sa.Integer(), primary_key=True),\n"
    "                    sa.Column('name', sa.String(40)),\n"
    "                    sa.Column('note', sa.String(40)),\n"
    "                    sa.Column('price', sa.Integer(), server_default=sa.text('1')))\n"
    "    op.create_table('part', sa.Column('id', sa.Integer(), primary_key=True),\n"
    "                    sa.Column('item', sa.Integer(),\n"
    "                              sa.ForeignKey('item.id', ondelete='CASCADE')))",
    "op.drop_table('part')\n    op.drop_table('item')", "ok", true};

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
      {"d12", "CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM part WHERE id < 0; END", ""},
  };
}

class PythonVerifyTest : public EngineTest {
 protected:
  PythonVerifyTest() {
    make_folder(folder_.path() / "versions");
    write_file(folder_.path() / "env.py", kEnvironment);
  }

  /// Writes `defects` as revisions that follow each other.
  void write(const std::vector<Defect>& defects) {
    for (const Defect& defect : defects) {
      write_file(
          folder_.path() / "versions" / (defect.id + ".py"),
          fmt::format("\"\"\"{0}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n"
                      "revision = '{0}'\ndown_revision = {1}\n\n\n"
                      "def upgrade():\n    {2}\n\n\ndef downgrade():\n    {3}\n",
                      defect.id, parent_, python(defect, defect.up), python(defect, defect.down)));
      parent_ = "'" + defect.id + "'";
    }
  }

  Report verified(int rows) {
    harness::Subject subject;
    subject.project = folder_.path();
    subject.migrations = folder_.path();
    subject.graph = read_revisions(folder_.path(), {}, folder_.path());
    DatabaseSpec spec;
    spec.engine = GetParam();
    spec.migrations = folder_.path();
    subject.walk.engine = GetParam();
    subject.walk.origin = Origin::foreign;
    subject.walk.scope.left_out = {"alembic_version"};
    subject.walk.rules.rows = rows;
    subject.walk.python = python_project(subject.graph, spec, folder_.path());
    Silent silent;
    return harness::verify({subject}, {.lock = harness::LockUse::ignore}, silent);
  }

  static std::string told(const Report& report) {
    std::string text;
    for (const Finding& one : report.findings) {
      text += fmt::format("{} {} {}:{} {}\n{}\n", one.subject, one.verdict, one.file, one.line,
                          one.message, one.detail);
      for (const Difference& difference : one.differences) {
        text +=
            fmt::format("  {} {} {}\n", difference.type, difference.object, difference.attribute);
      }
    }
    return text;
  }

  TemporaryFolder folder_;

 private:
  static std::string python(const Defect& defect, const std::string& code) {
    if (code.empty()) return "pass";
    if (defect.is_python) return code;
    std::string lines;
    size_t begin = 0;
    // A trigger's body has semicolons of its own, and no blank after the last of them.
    const bool is_one =
        code.find("BEGIN") != std::string::npos && code.find("plpgsql") == std::string::npos;
    while (begin < code.size()) {
      size_t end = is_one ? std::string::npos : code.find("; CREATE", begin);
      if (end == std::string::npos && !is_one) end = code.find("; DROP", begin);
      const std::string statement = code.substr(begin, end - begin);
      lines += fmt::format("{}op.execute(\"{}\")", lines.empty() ? "" : "\n    ", statement);
      begin = end == std::string::npos ? code.size() : end + 2;
    }
    return lines;
  }

  std::string parent_ = "None";
};

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

  std::map<std::string, std::string> verdicts;
  for (const Check& check : report.checks) verdicts[check.id] = check.verdict;
  EXPECT_EQ(verdicts["d00"], "ok") << told(report);
  for (const Defect& defect : defects) {
    EXPECT_EQ(verdicts[defect.id], defect.verdict) << defect.id << "\n" << told(report);
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

}  // namespace
}  // namespace provision
