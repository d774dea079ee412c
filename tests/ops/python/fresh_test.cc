// Fresh databases of projects whose revisions are Python: copies of templates, until anything that
// they are made from is another.
#include <gmock/gmock.h>

#include "provision/ops/recipe.h"
#include "tests/ops/python/python_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PythonFreshTest : public PythonTest {
 protected:
  /// What was done for each revision by a reset: "copied", "applied".
  std::vector<std::string> reset_actions(bool cold = false) {
    const Report report = reset(workspace(), {.contents = {.cold = cold}});
    std::vector<std::string> actions;
    for (const std::vector<Cell>& row : report.tables.at(0).rows) {
      actions.push_back(std::get<std::string>(row[1].value));
    }
    return actions;
  }
  std::string template_name() { return recipe_of(workspace(), spec_, {})->name(); }
  std::string last_action() { return reset_actions().back(); }
};

INSTANTIATE_TEST_SUITE_P(Engines, PythonFreshTest, testing::Values("sqlite", "postgresql"));

TEST_P(PythonFreshTest, ASecondResetRunsNoPythonAndANewRevisionRunsAlone) {
  copy_files("alembic");
  // A text of its own for each test, and so templates of its own.
  edit("migrations/env.py", "import os\n", "import os  # " + random_hex(4) + "\n");
  EXPECT_EQ(last_action(), "applied");
  run("DROP TABLE loan");

  EXPECT_EQ(last_action(), "copied");
  EXPECT_TRUE(has_table("loan"));
  EXPECT_EQ(version_rows(), "6f0000000006");
  EXPECT_THAT(tool({"alembic", "current"}), HasSubstr("6f0000000006"));
  EXPECT_EQ(reset_actions(true).front(), "applied");
  write_file(project_.path() / kVersions / "7a_more.py",
             "from alembic import op\nrevision = '7a'\ndown_revision = '6f0000000006'\n"
             "def upgrade():\n    op.execute('CREATE TABLE more (a integer)')\n"
             "def downgrade():\n    op.drop_table('more')\n");
  EXPECT_THAT(reset_actions(),
              ElementsAre("copied", "copied", "copied", "copied", "copied", "copied", "applied"));
  EXPECT_TRUE(has_table("more"));
}

using PythonSourcesTest = PythonFreshTest;
INSTANTIATE_TEST_SUITE_P(Engines, PythonSourcesTest, testing::Values("sqlite"));

TEST_P(PythonSourcesTest, WhateverTheRevisionsCanReadMakesAnotherTemplate) {
  copy_files("alembic");
  make_folder(project_.path() / "tools");
  write_file(project_.path() / "tools" / "names.py", "from .words import (WORD as W, X)\n");
  write_file(project_.path() / "tools" / "words.py", "WORD = 'first'\n");
  write_file(project_.path() / "rows.csv", "1\n");
  edit(std::string(kVersions) + "2b0000000002_isbn.py", "def upgrade():\n",
       "def upgrade():\n    import json, tools.names as n\n    open('rows.csv').close()\n");
  std::string known = template_name();

  EXPECT_EQ(template_name(), known);
  write_file(project_.path() / "unused.py", "WORD = 'third'\n");
  EXPECT_EQ(template_name(), known) << "a module that nothing imports";
  const auto expect_another = [&](const std::string& why) {
    EXPECT_NE(template_name(), known) << why;
    known = template_name();
  };
  edit("tools/words.py", "first", "second");
  expect_another("a module that a module of the revision imports");
  edit("rows.csv", "1", "2");
  expect_another("a file that a revision names");
  edit("migrations/models.py", "12", "14");
  expect_another("the models, whose naming conventions name constraints");
  edit("alembic.ini", "[alembic]", "[alembic]\nwhatever = 1");
  expect_another("the configuration");
  spec_.variables = {{"LIBRARY", "large"}};
  expect_another("a variable of the environment file");
}

TEST_P(PythonSourcesTest, AVersionTableWhoseNameOnlyPythonKnowsIsCopiedToo) {
  copy_files("alembic");
  for (const char* call : {"url=config.get", "connection=connection"}) {
    edit("migrations/env.py", call, std::string("version_table='VERSIONS'.lower(), ") + call);
  }

  EXPECT_EQ(last_action(), "applied");
  EXPECT_EQ(last_action(), "copied");
  EXPECT_TRUE(has_table("versions"));
}

TEST_P(PythonSourcesTest, AnApplicationThatChangesMakesAnotherTemplate) {
  copy_files("flask");
  spec_.app = "shop";
  const std::string known = template_name();

  edit("shop/models.py", "from ", "import os\nfrom ");

  EXPECT_NE(template_name(), known);
}

}  // namespace
}  // namespace provision
