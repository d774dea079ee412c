#include "provision/ops/seed.h"

#include <gmock/gmock.h>

#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::HasSubstr;

class SeedOperationTest : public WorkspaceTest {
 protected:
  SeedOperationTest() {
    write_revision(
        "a1", "base",
        "CREATE TABLE parent (id integer PRIMARY KEY, name text UNIQUE);\n"
        "CREATE TABLE child (id integer PRIMARY KEY, parent_id integer REFERENCES parent (id), "
        "note text);",
        "DROP TABLE child;\nDROP TABLE parent;");
    spec_.seeds = {"set"};
    create(workspace(), {.no_seed = true});
  }
  std::int64_t changes() {
    const Report report = seed(workspace(), {});
    for (const Fact& fact : report.facts) {
      if (fact.key == "changes") return std::get<std::int64_t>(fact.value.value);
    }
    return -1;
  }
  Error seed_error() {
    return error_of([&] { seed(workspace(), {}); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SeedOperationTest, testing::Values("sqlite", "postgresql"));

TEST_P(SeedOperationTest, TablesAreFilledInTheOrderOfTheirForeignKeys) {
  write_seed("set",
             "- table: child\n  key: [id]\n  rows:\n    - {id: 1, parent_id: 7}\n"
             "- table: parent\n  key: [id]\n  rows:\n    - {id: 7, name: seven}\n");

  EXPECT_EQ(changes(), 2);
  EXPECT_EQ(changes(), 0);
}

TEST_P(SeedOperationTest, SyncRemovesChildrenBeforeTheirParents) {
  write_seed("set",
             "- table: parent\n  key: [id]\n  mode: sync\n  rows:\n    - {id: 7, name: seven}\n    "
             "- {id: 8, name: eight}\n"
             "- table: child\n  key: [id]\n  mode: sync\n  rows:\n    - {id: 1, parent_id: 8}\n    "
             "- {id: 2, parent_id: 7}\n");
  changes();
  write_seed("set",
             "- table: parent\n  key: [id]\n  mode: sync\n  rows:\n    - {id: 7, name: seven}\n"
             "- table: child\n  key: [id]\n  mode: sync\n  rows:\n    - {id: 2, parent_id: 7}\n");

  EXPECT_EQ(changes(), 2);
  EXPECT_EQ(value("SELECT count(*) FROM parent"), "1");
}

TEST_P(SeedOperationTest, ARowThatWasEditedByHandIsCorrectedAgain) {
  write_seed("set", "- table: parent\n  key: [id]\n  rows:\n    - {id: 7, name: seven}\n");
  changes();
  run("UPDATE parent SET name = 'other'");

  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(value("SELECT name FROM parent"), "seven");
}

TEST_P(SeedOperationTest, AScriptThatIsNotIdempotentIsRefusedAndLeavesNothing) {
  write_file(spec_.seeds_folder / "more.sql",
             "INSERT INTO child (id, note) SELECT coalesce(max(id), 0) + 1, 'x' FROM child;\n");
  write_seed("set", "- sql: more.sql\n");

  const Error error = seed_error();

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.hint(), HasSubstr("idempotent"));
  EXPECT_EQ(value("SELECT count(*) FROM child"), "0");
}

TEST_P(SeedOperationTest, AnIdempotentScriptReportsNoChangeTheSecondTime) {
  write_file(spec_.seeds_folder / "more.sql",
             "INSERT INTO parent VALUES (1, 'a') ON CONFLICT DO NOTHING;\n");
  write_seed("set", "- sql: more.sql\n");

  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(changes(), 0);
}

TEST_P(SeedOperationTest, AScriptMayWorkWithATemporaryTable) {
  const std::string end = GetParam() == "postgresql" ? " ON COMMIT DROP" : "";
  write_file(spec_.seeds_folder / "more.sql",
             "CREATE TEMP TABLE staged (id integer, name text)" + end +
                 ";\nINSERT INTO staged VALUES (1, 'a');\n"
                 "INSERT INTO parent SELECT * FROM staged WHERE true ON CONFLICT DO NOTHING;\n");
  write_file(spec_.seeds_folder / "same.sql", read_text(spec_.seeds_folder / "more.sql"));
  write_seed("set", "- sql: more.sql\n- sql: same.sql\n");

  EXPECT_GE(changes(), 1);
  EXPECT_EQ(changes(), 0);
  EXPECT_EQ(value("SELECT count(*) FROM parent"), "1");
}

TEST_P(SeedOperationTest, AScriptMayWriteToATableWithADotInItsName) {
  run("CREATE TABLE \"a.b\" (id integer PRIMARY KEY)");
  write_file(spec_.seeds_folder / "more.sql",
             "INSERT INTO \"a.b\" VALUES (1) ON CONFLICT DO NOTHING;\n");
  write_seed("set", "- sql: more.sql\n");

  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(changes(), 0);
}

struct WrongSeed {
  std::string name;
  std::string text;
  std::string place;
  std::string said;
};

TEST_P(SeedOperationTest, WrongSeedsAreUsageErrorsAtTheirPlace) {
  const std::vector<WrongSeed> cases = {
      {"unknown column", "- table: parent\n  key: [id]\n  rows:\n    - {id: 1, nmae: x}\n",
       "seeds/set.yaml:4", "no column 'nmae'"},
      {"unknown table", "- table: parrot\n  key: [id]\n  rows:\n    - {id: 1}\n",
       "seeds/set.yaml:1", "no table 'parrot'"},
      {"key is not unique", "- table: child\n  key: [note]\n  rows:\n    - {id: 1, note: x}\n",
       "seeds/set.yaml:1", "no primary key or unique constraint"},
  };
  for (const WrongSeed& wrong : cases) {
    SCOPED_TRACE(wrong.name);
    write_seed("set", wrong.text);

    const Error error = seed_error();

    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.place().text(), wrong.place);
    EXPECT_THAT(error.message(), HasSubstr(wrong.said));
  }
}

TEST_P(SeedOperationTest, ARowThatTheTableRefusesIsNamedByItsLine) {
  write_file(spec_.seeds_folder / "rows.csv", "id,parent_id\n1,\n2,99\n");
  write_seed("set", "- table: child\n  key: [id]\n  rows: rows.csv\n");
  run("INSERT INTO parent VALUES (5, 'five')");

  const Error error = seed_error();

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_EQ(value("SELECT count(*) FROM child"), "0");
}

}  // namespace
}  // namespace provision
