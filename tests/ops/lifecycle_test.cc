#include "provision/ops/lifecycle.h"

#include <gmock/gmock.h>

#include "tests/ops/workspace_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LifecycleTest : public WorkspaceTest {
 protected:
  LifecycleTest() {
    write_revision("a1", "base", "CREATE TABLE a (id integer PRIMARY KEY, name text);",
                   "DROP TABLE a;");
    write_seed("rows", "- table: a\n  key: [id]\n  rows:\n    - {id: 1, name: one}\n");
    spec_.seeds = {"rows"};
  }
  void pretend(const std::string& column, const std::string& text) {
    const std::string table =
        (GetParam() == "sqlite" ? std::string("_provision_") : std::string("provision.")) +
        "identity";
    run(fmt::format("UPDATE {} SET {} = '{}'", table, column, text));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, LifecycleTest, testing::Values("sqlite", "postgresql"));

TEST_P(LifecycleTest, ResetMakesADatabaseThatIsMigratedAndSeeded) {
  reset(workspace(), {});

  EXPECT_THAT(applied_ids(), ElementsAre("a1"));
  EXPECT_EQ(value("SELECT name FROM a"), "one");
}

TEST_P(LifecycleTest, ResetForgetsWhatWasDoneToTheDatabase) {
  reset(workspace(), {});
  run("INSERT INTO a VALUES (2, 'two')");

  reset(workspace(), {});

  EXPECT_EQ(value("SELECT count(*) FROM a"), "1");
}

TEST_P(LifecycleTest, AResetThatFailsLeavesTheOldDatabaseAsItWas) {
  reset(workspace(), {});
  run("INSERT INTO a VALUES (2, 'two')");
  write_revision("a2", "a1", "INSERT INTO nowhere VALUES (1);", "SELECT 1;");

  const Error error = error_of([&] { reset(workspace(), {}); });

  EXPECT_THAT(error.message(), HasSubstr("is as it was"));
  EXPECT_EQ(value("SELECT count(*) FROM a"), "2");
}

struct Objection {
  std::string column;
  std::string value;
};

TEST_P(LifecycleTest, ADatabaseThatSaysItIsSomethingElseIsNotTouched) {
  for (const Objection& objection :
       {Objection{"kind", "production"}, Objection{"environment", "staging"},
        Objection{"origin", "adopted"}}) {
    SCOPED_TRACE(objection.column);
    typed_ = spec_.location.path.empty() ? spec_.location.database
                                         : spec_.location.path.filename().string();
    reset(workspace(), {});
    typed_.clear();
    pretend(objection.column, objection.value);

    EXPECT_EQ(error_of([&] { reset(workspace(), {}); }).kind(), ErrorKind::usage);
    EXPECT_EQ(error_of([&] { drop(workspace(), {.yes = true}); }).kind(), ErrorKind::usage);
    EXPECT_EQ(value("SELECT count(*) FROM a"), "1");
  }
}

TEST_P(LifecycleTest, DropAsksUnlessYesIsSaid) {
  reset(workspace(), {});

  EXPECT_EQ(error_of([&] { drop(workspace(), {}); }).kind(), ErrorKind::usage);
  EXPECT_TRUE(engine().exists(spec_));

  drop(workspace(), {.yes = true});
  EXPECT_FALSE(engine().exists(spec_));
}

TEST_P(LifecycleTest, CreateRefusesWhatExists) {
  create(workspace(), {});

  EXPECT_EQ(error_of([&] { create(workspace(), {}); }).kind(), ErrorKind::refused);
}

TEST_P(LifecycleTest, NothingIsLeftBesideTheDatabase) {
  reset(workspace(), {});
  reset(workspace(), {});
  if (GetParam() != "sqlite") {
    EXPECT_EQ(value("SELECT count(*) FROM pg_database WHERE datname LIKE '%new%' OR datname LIKE "
                    "'%trash%'"),
              "0");
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(spec_.location.path.parent_path())) {
    EXPECT_THAT(entry.path().filename().string(),
                testing::Not(testing::AnyOf(HasSubstr(".new-"), HasSubstr(".trash-"))));
  }
}

// Only where the kind does not choose the server: a managed one is for each kind another.
class SqliteLifecycleTest : public LifecycleTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SqliteLifecycleTest, testing::Values("sqlite"));

TEST_P(SqliteLifecycleTest, AProductionEnvironmentIsNeverResetWithoutItsNameTyped) {
  reset(workspace(), {});
  spec_.kind = EnvironmentKind::production;

  EXPECT_EQ(error_of([&] { reset(workspace(), {}); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { drop(workspace(), {.yes = true}); }).kind(), ErrorKind::usage);
  EXPECT_EQ(value("SELECT count(*) FROM a"), "1");
}

}  // namespace
}  // namespace provision
