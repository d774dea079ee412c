// Projects whose revisions are Python: driven by their own tool and by provision in turn, and what
// is said of those that cannot be run.
#include <gmock/gmock.h>

#include "provision/base/file.h"
#include "provision/ops/python/python_author.h"
#include "provision/ops/stamp.h"
#include "tests/errors.h"
#include "tests/ops/python/python_fixture.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

INSTANTIATE_TEST_SUITE_P(Engines, PythonTest, testing::Values("sqlite", "postgresql"));

TEST_P(PythonTest, AlembicAndProvisionTakeTurnsAndNeitherNotices) {
  copy("alembic");

  upgrade(workspace(), {.target = "2b0000000002"});
  EXPECT_THAT(tool({"alembic", "current"}), HasSubstr("2b0000000002"));
  tool({"alembic", "upgrade", "4d0000000004"});
  const Report up = upgrade(workspace(), {.target = "5e0000000005"});
  EXPECT_THAT(up.summary, AllOf(HasSubstr("1 revision"), HasSubstr("'5e0000000005'")));
  tool({"alembic", "downgrade", "3c0000000003"});
  downgrade(workspace(), {.target = "base"});

  EXPECT_EQ(version_rows(), "");
  EXPECT_EQ(tool({"alembic", "current"}), "");
  EXPECT_FALSE(has_table("book"));
}

TEST_P(PythonTest, FlaskMigrateAndProvisionTakeTurnsAndNeitherNotices) {
  copy("flask");
  spec_.app = "shop";

  upgrade(workspace(), {.target = "+1"});
  EXPECT_THAT(tool({"flask", "db", "current"}), HasSubstr("5f0c6b2a9d11"));
  tool({"flask", "db", "upgrade"});
  EXPECT_THAT(upgrade(workspace(), {.target = "heads"}).summary, HasSubstr("nothing to do"));
  tool({"flask", "db", "downgrade"});
  downgrade(workspace(), {.target = "-1"});

  EXPECT_EQ(version_rows(), "5f0c6b2a9d11");
  EXPECT_THAT(tool({"flask", "db", "current"}), HasSubstr("5f0c6b2a9d11"));
  EXPECT_FALSE(has_table("orders"));
}

TEST_P(PythonTest, AFailureIsToldAtTheLineOfTheOperation) {
  copy("alembic");
  edit(std::string(kVersions) + "4d0000000004_loans.py", "def upgrade():\n",
       "def upgrade():\n    op.execute(\"INSERT INTO nowhere VALUES (1)\")\n");

  const Error error = upgrade_error();

  EXPECT_EQ(error.kind(), ErrorKind::refused);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("revision '4d0000000004'"),
                                     HasSubstr("migrations/versions/4d0000000004_loans.py:18: "),
                                     HasSubstr("nowhere"), HasSubstr("nothing of '4d0")));
  // One transaction holds all of them where the project, and the database, have it so.
  EXPECT_EQ(has_table("author"), GetParam() == "sqlite");
}

TEST_P(PythonTest, AnAsynchronousEnvPyRunsAsItIsWritten) {
  copy("alembic");
  write_file(project_.path() / "migrations/env.py", R"(import asyncio
import os
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()

async def run_all():
    url = os.environ["DATABASE_URL"]
    for name, driver in (("sqlite", "aiosqlite"), ("postgresql", "asyncpg")):
        if url.startswith(name + ":"):
            url = url.replace(name, name + "+" + driver, 1)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()

asyncio.run(run_all())
)");

  upgrade(workspace(), {.target = "4d0000000004"});
  EXPECT_THAT(tool({"alembic", "current"}), HasSubstr("4d0000000004"));
  downgrade(workspace(), {.target = "base"});

  EXPECT_EQ(version_rows(), "");
  EXPECT_FALSE(has_table("book"));
}

using PythonTroubleTest = PythonTest;
INSTANTIATE_TEST_SUITE_P(Engines, PythonTroubleTest, testing::Values("sqlite"));

TEST_P(PythonTroubleTest, WhatARevisionThatFailsLeavesIsNamed) {
  copy("alembic");
  edit(std::string(kVersions) + "3c0000000003_readers.py", "def upgrade():\n",
       "def upgrade():\n    op.execute('CREATE TABLE half (a integer)')\n    op.nothing()\n");

  const Error error = upgrade_error();

  EXPECT_THAT(error.message(), AllOf(HasSubstr(":19: "), HasSubstr("'3c0000000003' is half-way"),
                                     HasSubstr("table half")));
  EXPECT_EQ(version_rows(), "2b0000000002");
}

TEST_P(PythonTroubleTest, AVariableOfTheEnvironmentFileLeadsThere) {
  copy("alembic");
  edit("migrations/env.py", "os.environ[\"DATABASE_URL\"]", "os.environ[\"LIBRARY_DB\"]");
  edit("migrations/env.py", "\"DATABASE_URL\" in", "\"LIBRARY_DB\" in");
  edit("migrations/env.py", "import os\n", "import os\nos.environ['LIBRARY_DB']\n");
  spec_.variables = {{"LIBRARY_DB", "{url}"}};

  upgrade(workspace(), {.target = "1a0000000001"});

  EXPECT_EQ(version_rows(), "1a0000000001");
}

TEST_P(PythonTroubleTest, AProjectThatCannotBeLoadedSaysWhere) {
  copy("alembic");
  edit("migrations/models.py", "from sqlalchemy", "import no_such_module\nfrom sqlalchemy");
  const Error missing = upgrade_error();
  edit("migrations/models.py", "import no_such_module", "import sys; sys.exit(3)");
  const Error exits = upgrade_error();
  edit(std::string(kVersions) + "2b0000000002_isbn.py", "def downgrade():", "def downgrade(:");
  const Error syntax = upgrade_error();

  EXPECT_EQ(missing.kind(), ErrorKind::usage);
  EXPECT_THAT(missing.message(), AllOf(HasSubstr("migrations/models.py:"),
                                       HasSubstr("No module named 'no_such_module'")));
  EXPECT_THAT(missing.hint(), HasSubstr("python:"));
  EXPECT_THAT(exits.message(), HasSubstr("SystemExit: 3"));
  EXPECT_THAT(syntax.message(), HasSubstr("versions/2b0000000002_isbn.py:2"));
  EXPECT_EQ(syntax.kind(), ErrorKind::usage);
}

TEST_P(PythonTroubleTest, WhatAnApplicationCannotImportIsSaidAtItsLine) {
  copy("flask");
  spec_.app = "shop";
  edit("shop/models.py", "from flask_migrate", "import no_such_module\nfrom flask_migrate");
  const Error missing = upgrade_error();
  spec_.app = "shopp";
  const Error misnamed = upgrade_error();

  EXPECT_EQ(missing.message(),
            "shop/models.py:1: cannot load the Flask application 'shop': ModuleNotFoundError: No "
            "module named 'no_such_module'");
  EXPECT_THAT(missing.hint(), HasSubstr("does this Python"));
  EXPECT_THAT(misnamed.message(), HasSubstr("Could not import 'shopp'"));
  EXPECT_THAT(misnamed.hint(), HasSubstr("`app: package:create_app`"));
}

TEST_P(PythonTroubleTest, APythonThatIsNotThereOrHasNoAlembicIsSaid) {
  copy("alembic");
  spec_.python = (project_.path() / "bin/python").string();
  const Error nowhere = upgrade_error();
  make_folder(project_.path() / "bin");
  // Without its packages.
  write_file(project_.path() / "bin/python", "#!/bin/sh\nexec /usr/bin/python3 -S -s \"$@\"\n");
  fs::permissions(project_.path() / "bin/python", fs::perms::owner_all);
  const Error bare = upgrade_error();

  EXPECT_EQ(nowhere.kind(), ErrorKind::usage);
  EXPECT_THAT(nowhere.message(), HasSubstr("there is no Python at"));
  EXPECT_EQ(bare.kind(), ErrorKind::usage);
  EXPECT_THAT(bare.message(), HasSubstr("cannot run Alembic"));
}

TEST_P(PythonTroubleTest, APythonThatDiesHangsOrAsksIsAnErrorAndTheDatabaseIsKnown) {
  copy("alembic");
  const fs::path loans = std::string(kVersions) + "4d0000000004_loans.py";
  edit(loans, "def upgrade():\n",
       "def upgrade():\n    print('x' * 5000000); import os; os._exit(7)\n");
  const Error died = upgrade_error();
  edit(loans, "print('x' * 5000000); import os; os._exit(7)", "input('really? ')");
  const Error asked = upgrade_error();
  edit(loans, "input('really? ')", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)");
  const Error killed = upgrade_error();

  EXPECT_EQ(died.kind(), ErrorKind::refused);
  EXPECT_THAT(died.message(), AllOf(HasSubstr("4d0000000004_loans.py:"), HasSubstr("exit code 7"),
                                    HasSubstr("is at '2b0000000002', '3c0000000003'")));
  EXPECT_LT(died.message().size(), 100'000);
  EXPECT_THAT(asked.message(), HasSubstr("EOFError"));
  EXPECT_THAT(asked.hint(), HasSubstr("nobody is there to answer"));
  EXPECT_THAT(killed.message(), AllOf(HasSubstr("exit code 137"),
                                      HasSubstr("' is at '2b0000000002', '3c0000000003'; "),
                                      HasSubstr("may be half-way")));
  EXPECT_EQ(version_rows(), "2b0000000002 3c0000000003");
}

TEST_P(PythonTroubleTest, AVersionRowThatNoFileKnowsAndTwoHeadsAreRefused) {
  copy("alembic");
  upgrade(workspace(), {.target = "4d0000000004"});
  run("UPDATE alembic_version SET version_num = 'feedbeef'");
  const Error unknown = upgrade_error();
  const Error unchecked = error_of([&] { check(workspace()); });
  run("UPDATE alembic_version SET version_num = '3c0000000003'");
  const Error behind = error_of([&] { autogenerate(workspace(), {.head = "head"}); });
  fs::remove(project_.path() / kVersions / "6f0000000006_cards_in_capitals.py");
  fs::remove(project_.path() / kVersions / "5e0000000005_merge_catalogue_and_lending.py");
  run("DELETE FROM alembic_version");
  const Error ambiguous = upgrade_error("head");

  EXPECT_EQ(unknown.kind(), ErrorKind::usage);
  EXPECT_THAT(unknown.message(), HasSubstr("revision 'feedbeef', which no file has"));
  EXPECT_EQ(unchecked.message(), unknown.message());
  EXPECT_THAT(behind.message(), HasSubstr("is at '3c0000000003' with 4 revisions pending"));
  EXPECT_THAT(behind.hint(), HasSubstr("provision upgrade"));
  EXPECT_THAT(ambiguous.message(), HasSubstr("'head' is ambiguous"));
}

TEST_P(PythonTroubleTest, WhatTheModelsHaveAndTheDatabaseHasNotIsFoundAndWritten) {
  copy("alembic");
  upgrade(workspace(), {.target = "head"});
  const Report same = check(workspace());
  edit("migrations/models.py", "Column(\"card\", String(12), nullable=False)",
       "Column(\"card\", String(12), nullable=False), Column(\"email\", String(80))");
  const Report other = check(workspace());

  const Autogenerated made =
      autogenerate(workspace(), {.message = "add email", .head = "head", .id = "700000000007"});
  upgrade(workspace(), {.target = "head"});

  ASSERT_EQ(same.findings.size(), 1);
  EXPECT_EQ(same.findings[0].verdict, "raising-downgrade");
  ASSERT_EQ(other.findings.size(), 2);
  EXPECT_THAT(other.findings[1].message, HasSubstr("add column reader.email"));
  EXPECT_EQ(made.id, "700000000007");
  EXPECT_THAT(made.changes, ElementsAre("add column reader.email"));
  EXPECT_EQ(version_rows(), "700000000007");
  EXPECT_EQ(autogenerate(workspace(), {.message = "nothing", .head = "head"}).id, "");
}

TEST_P(PythonTroubleTest, EachOfSeveralDatabasesGetsItsOwnPart) {
  copy("flask_multidb");
  spec_.app = "club";
  spec_.name = "audit";
  Workspace both = workspace();
  both.environment.databases = {spec_, spec_};
  both.environment.databases[0].name = "default";

  upgrade(both, {.target = "head"});

  EXPECT_TRUE(has_table("entry"));
  EXPECT_FALSE(has_table("member"));
  EXPECT_EQ(version_rows(), "a1b2c3d4e5f6");
}

TEST_P(PythonTroubleTest, NothingOfOursIsThereForAutogenerateToDrop) {
  copy("flask");
  spec_.app = "shop";
  spec_.seeds = {"first"};
  spec_.seeds_folder = project_.path() / "seeds";
  write_file(spec_.seeds_folder / "first.yaml",
             "- table: product\n  key: [code]\n  rows: [{code: A1, price: 1}]\n");
  const std::string tables =
      GetParam() == "sqlite"
          ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE '%provision%'"
          : "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
            "n.nspname = 'provision' AND c.relkind IN ('r', 'p')";
  spec_.kind = EnvironmentKind::dev;
  engine().drop(spec_, connect(spec_, Access::read)->facts().object_id, false);

  create(workspace("create"), {});
  seed(workspace("seed"), {"first"});
  stamp(workspace("stamp"), {.targets = {"head"}, .adopt = true});

  const auto database = connect(spec_, Access::read);
  EXPECT_EQ(value(tables), "0");
  EXPECT_EQ(State(*database).identity()->created, false);
  EXPECT_TRUE(State(*database).seed_digest("first"));
  EXPECT_THAT(check(workspace()).findings, testing::IsEmpty());
  tool({"flask", "db", "migrate", "--rev-id", "70"});
  EXPECT_EQ(workspace().revisions(spec_).find("70"), nullptr);
}

}  // namespace
}  // namespace provision
