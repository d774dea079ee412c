// The record of what is applied, where it is another tool's: on databases that provision did not
// make.
#include "provision/ops/ledger.h"

#include <gmock/gmock.h>

#include "provision/base/hash.h"
#include "provision/base/text.h"
#include "provision/ops/inspect.h"
#include "provision/ops/stamp.h"
#include "tests/errors.h"
#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class LedgerTest : public WorkspaceTest {
 protected:
  /// A database that nobody has touched, for the migrations of `layout`.
  void begin(const std::string& layout) {
    spec_ = new_database();
    spec_.layout = layout;
    spec_.migrations = project_.path() / layout;
    spec_.seeds_folder = project_.path() / "seeds";
  }

  void file(const std::string& name, const std::string& text) {
    make_folder((spec_.migrations / name).parent_path());
    write_file(spec_.migrations / name, text);
  }

  /// "a b": the rows of `query`, each column after the other, in order.
  std::string rows(const std::string& query) {
    std::vector<std::string> all;
    for (const Row& row : connect(spec_, Access::read)->query(query).rows) {
      for (const auto& value : row) all.push_back(value.value_or("NULL"));
    }
    return joined(all, " ");
  }

  bool has_state() { return State(*connect(spec_, Access::read)).exists(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, LedgerTest, testing::Values("sqlite", "postgresql"));

struct Tool {
  std::string layout;
  std::vector<std::string> files;  ///< each makes a table
  std::string mark;                ///< before its text
  std::string query;               ///< of the version table
  std::string both;                ///< its answer when both are applied
  std::string first;
};

TEST_P(LedgerTest, EachToolsOwnTableIsWrittenAndNoOther) {
  const std::string bytes =
      GetParam() == "sqlite" ? "lower(hex(checksum))" : "encode(checksum, 'hex')";
  const std::string sum_a = sha384("CREATE TABLE t0 (a integer);\n");
  const std::string sum_b = sha384("CREATE TABLE t1 (a integer);\n");
  const std::vector<Tool> tools = {
      {"dbmate",
       {"01_a.sql", "02_b.sql"},
       "-- migrate:up\n",
       "SELECT version FROM schema_migrations ORDER BY 1",
       "01 02",
       "01"},
      {"diesel",
       {"2026-01-01-120000_a/up.sql", "2026-01-02-120000_b/up.sql"},
       "",
       "SELECT version FROM __diesel_schema_migrations ORDER BY 1",
       "20260101120000 20260102120000",
       "20260101120000"},
      {"golang-migrate",
       {"01_a.up.sql", "02_b.up.sql"},
       "",
       "SELECT version, CASE WHEN dirty THEN 'dirty' ELSE 'clean' END FROM schema_migrations",
       "2 clean",
       "1 clean"},
      {"goose",
       {"01_a.sql", "02_b.sql"},
       "-- +goose Up\n",
       "SELECT version_id FROM goose_db_version WHERE is_applied ORDER BY 1",
       "0 1 2",
       "0 1"},
      {"sql-migrate",
       {"1_a.sql", "2_b.sql"},
       "-- +migrate Up\n",
       "SELECT id FROM gorp_migrations WHERE applied_at IS NOT NULL ORDER BY 1",
       "1_a.sql 2_b.sql",
       "1_a.sql"},
      {"sqlx",
       {"01_a.sql", "02_b_c.sql"},
       "",
       "SELECT version, description, " + bytes + " FROM _sqlx_migrations WHERE success ORDER BY 1",
       "1 a " + sum_a + " 2 b c " + sum_b,
       "1 a " + sum_a},
  };
  for (const Tool& tool : tools) {
    SCOPED_TRACE(tool.layout);
    begin(tool.layout);
    for (size_t i = 0; i < tool.files.size(); ++i) {
      file(tool.files[i], fmt::format("{}CREATE TABLE t{} (a integer);\n", tool.mark, i));
    }

    upgrade(workspace(), {.target = "heads"});
    EXPECT_EQ(rows(tool.query), tool.both);

    stamp(workspace(), {.targets = {"head-1"}});
    EXPECT_EQ(rows(tool.query), tool.first);
    const auto database = connect(spec_, Access::read);
    const RevisionGraph graph = workspace().revisions(spec_);
    EXPECT_EQ(ids_of(Ledger(*database, graph).applied()).size(), 1U);

    const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });
    EXPECT_EQ(error.kind(), ErrorKind::refused);  // the table is there already
    EXPECT_EQ(rows(tool.query), tool.first);
    EXPECT_FALSE(has_state());
  }
}

TEST_P(LedgerTest, AlembicsTableHasARowForEachEffectiveHead) {
  begin("alembic");
  file("env.py", "");
  const auto revision = [&](const std::string& id, const std::string& more) {
    file("versions/" + id + ".py", fmt::format("revision = '{}'\n{}\n", id, more));
  };
  revision("a1", "down_revision = None");
  revision("b1", "down_revision = 'a1'");
  revision("c1", "down_revision = 'a1'\nbranch_labels = 'right'");
  revision("m1", "down_revision = ('b1', 'c1')");
  revision("z1", "down_revision = None\ndepends_on = ['b1']");
  const std::string table = "SELECT version_num FROM alembic_version ORDER BY 1";
  struct Case {
    std::vector<std::string> targets;
    const char* rows;
  };
  const std::vector<Case> cases = {
      {{"b1"}, "b1"},          {{"right@head"}, "m1"}, {{"base"}, ""},
      {{"b1", "c1"}, "b1 c1"}, {{"z1"}, "c1 z1"},      {{"heads"}, "m1 z1"},
  };
  for (const Case& each : cases) {
    stamp(workspace(), {.targets = each.targets});
    EXPECT_EQ(rows(table), each.rows) << each.targets.front();
  }
  EXPECT_FALSE(has_state());

  run("INSERT INTO alembic_version VALUES ('gone')");
  const Error error = error_of([&] { stamp(workspace(), {.targets = {"b1"}}); });
  EXPECT_THAT(error.message(), HasSubstr("revisions that no file has"));
  stamp(workspace(), {.targets = {"b1"}, .purge = true});
  EXPECT_EQ(rows(table), "b1");
  EXPECT_EQ(current(workspace(), false).tables.front().rows.size(), 1U);
}

TEST_P(LedgerTest, ADirtyVersionStopsTheRunUntilItIsStamped) {
  begin("golang-migrate");
  file("1_a.up.sql", "CREATE TABLE t (a integer);");
  file("2_b.up.sql", "CREATE TABLE u (a integer);");
  upgrade(workspace(), {.target = "1"});
  run("UPDATE schema_migrations SET version = 2, dirty = true");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("version '2' was left half way"));

  stamp(workspace(), {.targets = {"1"}});
  upgrade(workspace(), {.target = "heads"});
  EXPECT_EQ(rows("SELECT version FROM schema_migrations WHERE NOT dirty"), "2");
}

TEST_P(LedgerTest, ARevisionThatChangesTheToolsTableIsRefused) {
  begin("dbmate");
  file("01_a.sql", "-- migrate:up\nCREATE TABLE t (a integer);\n");
  file("02_b.sql", "-- migrate:up\nCREATE TABLE u (a integer);\nDELETE FROM schema_migrations;\n");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_FALSE(has_table("u"));
  EXPECT_EQ(rows("SELECT version FROM schema_migrations"), "01");
}

TEST_P(LedgerTest, ADatabaseWithTheRecordOfAToolThatWeDoNotWriteIsRefused) {
  begin("flyway");
  file("V1__a.sql", "CREATE TABLE a (id integer);\n");
  run("CREATE TABLE flyway_schema_history (installed_rank integer, version text)");
  run("INSERT INTO flyway_schema_history VALUES (1, '1')");

  const Error error = error_of([&] { upgrade(workspace(), {.target = "heads"}); });
  const Error stamped = error_of([&] { stamp(workspace(), {.targets = {"head"}}); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), HasSubstr("'flyway_schema_history' has 1 row"));
  EXPECT_EQ(stamped.message(), error.message());
  EXPECT_FALSE(has_table("a"));
  EXPECT_FALSE(has_state());
}

TEST_P(LedgerTest, ATableThatIsCalledOtherwiseIsRead) {
  begin("alembic");
  file("env.py", "TABLE = 'shop_version'\ncontext.configure(version_table=TABLE)\n");
  file("versions/a1.py", "revision = 'a1'\ndown_revision = None\n");
  stamp(workspace(), {.targets = {"head"}});

  EXPECT_EQ(rows("SELECT version_num FROM shop_version"), "a1");
  EXPECT_FALSE(has_table("alembic_version"));
}

}  // namespace
}  // namespace provision
