// Folders of Alembic and Flask-Migrate, read without running anything in them.
#include <fmt/format.h>

#include "provision/base/process.h"
#include "provision/project/static_findings.h"
#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AlembicLayoutTest : public LayoutTest {
 protected:
  /// A revision `id` in `folder`, with these parents as Python writes them.
  void revision(const std::string& id, const std::string& parents = "None",
                const std::string& more = {}, const std::string& folder = "versions") {
    file(
        folder + "/" + id + "_x.py",
        fmt::format("\"\"\"make {0}\n\nRevision ID: {0}\n\"\"\"\nrevision = '{0}'\ndown_revision = "
                    "{1}\n{2}\ndef upgrade():\n    op.x()\n\ndef downgrade():\n    op.y()\n",
                    id, parents, more));
  }

  void environment() { file("env.py", "from alembic import context\n"); }
};

TEST_F(AlembicLayoutTest, AFolderWithAnEnvironmentIsRead) {
  environment();
  revision("b1", "'a1'", "branch_labels = ('left',)");
  revision("c1", "\"a1\"", "depends_on = ['left']");
  revision("m1", "('b1', 'c1')");
  revision("a1");
  file("versions/__init__.py");
  file("versions/.hidden.py", "no revision");
  file("versions/notes.txt", "no revision");

  const RevisionGraph graph = read();

  EXPECT_EQ(found(), "alembic");
  EXPECT_THAT(graph.heads(), ElementsAre("m1"));
  EXPECT_THAT(graph.at("c1").depends_on, ElementsAre("b1"));
  EXPECT_THAT(graph.at("m1").parents, ElementsAre("b1", "c1"));
  const Revision& first = graph.at("a1");
  EXPECT_EQ(first.message, "make a1");
  EXPECT_EQ(first.language, ScriptLanguage::python);
  EXPECT_EQ(first.place.text(), "migrations/versions/a1_x.py:5");
  EXPECT_THAT(shown(first.up),
              ElementsAre("migrations/versions/a1_x.py:8: def upgrade():\n    op.x()"));
  EXPECT_THAT(shown(first.down),
              ElementsAre("migrations/versions/a1_x.py:11: def downgrade():\n    op.y()"));
}

TEST_F(AlembicLayoutTest, FlaskMigrateIsKnownByItsFolder) {
  file("env.py", "from flask import current_app\n");
  revision("a1");
  EXPECT_EQ(found(), "flask-migrate");

  file("alembic.ini",
       "# A generic, single database configuration.\n\n[alembic]\n# file_template = "
       "%%(rev)s_%%(slug)s\n");
  EXPECT_EQ(found(), "flask-migrate");
  EXPECT_EQ(line(), "a1");
}

TEST_F(AlembicLayoutTest, TheConfigurationSaysWhereTheRevisionsAre) {
  struct Case {
    const char* ini;
    const char* ids;
  };
  const std::vector<Case> cases = {
      {"script_location = %(here)s/db", "a1"},
      {"script_location = db", "a1"},
      {"script_location = pkg.inner:scripts", "d1"},
      {"script_location=db\nversion_locations = one two , %(here)s/db/versions", "a1 b1 c1"},
      {"script_location=db\nversion_path_separator = os  # as usual\nversion_locations = one:two",
       "b1 c1"},
      {"script_location=db\npath_separator: newline\nversion_locations =\n  one\n  # no\n  two",
       "b1 c1"},
      {"script_location=db\nplace = two\nversion_locations = %(place)s", "c1"},
      {"script_location=db\nversion_locations = one\nrecursive_version_locations = true", "b1 e1"},
      {"script_location=db\nversion_locations = one one missing", "b1"},
  };
  file("db/env.py");
  file("pkg/inner/scripts/env.py");
  revision("a1", "None", "", "db/versions");
  revision("b1", "None", "", "one");
  revision("c1", "None", "", "two");
  revision("d1", "None", "", "pkg/inner/scripts/versions");
  revision("e1", "None", "", "one/below");
  for (const Case& each : cases) {
    file("alembic.ini", fmt::format("[alembic]\n{}\n[loggers]\nkeys = root\n", each.ini));
    const RevisionGraph graph = read();
    std::vector<std::string> ids;
    for (const Revision& revision : graph.revisions()) ids.push_back(revision.id);
    EXPECT_EQ(fmt::format("{}", fmt::join(ids, " ")), each.ids) << each.ini;
  }
  EXPECT_EQ(found(), "alembic");
}

TEST_F(AlembicLayoutTest, AConfigurationAboveCountsForTheFolderThatItNames) {
  file("db/env.py");
  revision("a1", "None", "", "db/versions");
  revision("b1", "None", "", "more");
  file("alembic.ini", "[alembic]\nscript_location = db\nversion_locations = more\n");

  EXPECT_EQ(read_revisions(folder_ / "db", {}, folder_).revisions().front().id, "b1");

  file("alembic.ini", "[alembic]\nscript_location = other\nversion_locations = more\n");
  EXPECT_EQ(read_revisions(folder_ / "db", {}, folder_).revisions().front().id, "a1");
  EXPECT_EQ(read_revisions(folder_ / "db/versions", {}, folder_).revisions().front().place.file,
            "db/versions/a1_x.py");
}

TEST_F(AlembicLayoutTest, PyprojectIsAConfigurationToo) {
  file("db/env.py");
  revision("a1", "None", "", "one");
  revision("b1", "'a1'", "", "two/below");
  file("pyproject.toml",
       "[project]\nname = \"x\"\n\n[tool.alembic]\nscript_location = \"%(here)s/db\"  # here\n"
       "version_locations = [\n  \"one\",\n  'two',\n]\nrecursive_version_locations = true\n\n"
       "[[tool.alembic.post_write_hooks]]\nversion_locations = 7\n");

  EXPECT_EQ(found(), "alembic");
  EXPECT_EQ(line(), "a1 b1");
}

TEST_F(AlembicLayoutTest, ValuesThatAreNoLiteralsAreAskedOfPython) {
  ASSERT_TRUE(find_program("python3")) << "apt-get install python3";
  environment();
  file("versions/a.py",
       "import os\nos._exit(7)\nNAME = 'a'\nrevision = f'{NAME}{1:02d}'\ndown_revision = None\n");
  file("versions/b.py", "revision, down_revision = 'b' + '1', tuple(['a01'])\n");
  file("versions/c.py", "revision = '%s-%s'.replace('-', '') if 0 else 'c1'\n");
  EXPECT_THAT(refusal(), HasSubstr("migrations/versions/c.py:1: 'revision' is no literal"));

  file("versions/c.py", "revision = '%s%d' % ('c', 1)\ndown_revision = 'b1'\ndepends_on = ()\n");
  EXPECT_EQ(line(), "a01 b1 c1");

  file("versions/d.py", "revision = 'd'\nif revision:\n  down_revision = None\n");
  EXPECT_THAT(refusal(), HasSubstr("versions/d.py:3: 'down_revision' depends on what happens"));

  file("versions/d.py", "revision = x('d'\n  y)\ndown_revision = None\n");
  EXPECT_THAT(refusal(), HasSubstr("versions/d.py:1: it is no Python: "));

  file("versions/d.py", "revision = 4 + 5\ndown_revision = None\n");
  EXPECT_THAT(refusal(), HasSubstr("versions/d.py:1: 'revision' is neither None, nor a string"));
}

TEST_F(AlembicLayoutTest, WhatIsNoRevisionIsAnErrorAtItsLine) {
  struct Case {
    const char* source;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"x = 1\n", "versions/z.py: the file has no 'revision'"},
      {"\nrevision = 'z'\n", "versions/z.py:2: the file has no 'down_revision'"},
      {"\nrevision = None\ndown_revision = None", "versions/z.py:2: 'revision' is no string"},
      {"revision = 'a-b'\ndown_revision = None", "z.py:1: revision id 'a-b' contains '-'"},
      {"revision = 'a1'\ndown_revision = None", "a1"},
      {"revision = 'z'\ndown_revision = 'y'", "versions/z.py:1: "},
      {"revision = 'z'\ndown_revision = 'z'", "versions/z.py:1: "},
      {"revision = 'z\ndown_revision = 'z'", "versions/z.py:1: a string has no end"},
      {"revision = 'z'\n\nx = '\xE4'", "versions/z.py:3: the file is not in UTF-8"},
      {"# coding: koi8-r\nx = '\xE4'", "versions/z.py:2: the file cannot be read as 'koi8-r'"},
  };
  environment();
  revision("a1");
  for (const Case& each : cases) {
    file("versions/z.py", each.source);
    EXPECT_THAT(refusal(), HasSubstr(each.error)) << each.source;
  }
  // Alembic 0.1 had the id in the file's name.
  file("versions/z.py",
       "# -*- coding: latin-1 -*-\r\n\"\"\"\xE4\r\n\"\"\"\r\nrevision = 'z'\r\n"
       "down_revision = 'a1'\r\n");
  file("versions/0123abc.py", "down_revision = 'z'\n");
  EXPECT_EQ(line(), "a1 z 0123abc");
  EXPECT_EQ(read().at("z").message, "\xC3\xA4");
}

TEST_F(AlembicLayoutTest, ABrokenConfigurationIsAnErrorAtItsLine) {
  file("alembic.ini", "[alembic]\nscript_location = %(there)s/db\n");
  EXPECT_THAT(refusal(), HasSubstr("alembic.ini:2: nothing is called 'there' here"));

  file("alembic.ini", "script_location = db\n");
  EXPECT_THAT(refusal(), HasSubstr("alembic.ini:1: the line stands before the first '[section]'"));

  file("alembic.ini", "[alembic]\nscript_location = db\n");
  EXPECT_THAT(refusal(), HasSubstr("migrations/alembic.ini: there is no folder 'migrations/db', "
                                   "which 'script_location' names"));

  file("alembic.ini",
       "[alembic]\nscript_location = .\nversion_path_separator = comma\n"
       "version_locations = a,b\n");
  EXPECT_THAT(refusal(), HasSubstr("'comma' is no separator of paths"));

  file("alembic.ini", "[other]\nurl = x\n");
  EXPECT_THAT(refusal({.name = "alembic"}), HasSubstr("name the folder of 'env.py'"));
}

/// "kind at line: message" of each static finding.
std::vector<std::string> told(const Revision& revision) {
  std::vector<std::string> all;
  for (const StaticFinding& finding : static_findings(revision)) {
    all.push_back(fmt::format("{}: {}", finding.place.line, finding.message));
  }
  return all;
}

TEST_F(AlembicLayoutTest, WhatIsWrongWithARevisionIsToldUnrun) {
  const std::string head = "revision = '{}'\ndown_revision = None\ndef upgrade():\n    {}\n{}";
  const auto write = [&](const std::string& id, const char* up, const char* down) {
    file("versions/" + id + ".py", fmt::format(fmt::runtime(head), id, up, down));
  };
  environment();
  write("a", "x()", "def downgrade():\n    pass\n");
  write("b", "pass", "def downgrade():\n    pass\n");
  write("c", "x()", "def downgrade():\n    raise NotImplementedError(\"too late\")\n");
  write("d", "x()", "");
  write(std::string(33, 'e'), "pass", "def downgrade(): pass\n");

  const RevisionGraph graph = read();

  EXPECT_THAT(told(graph.at("a")),
              ElementsAre("5: the downgrade is empty, and the upgrade is not"));
  EXPECT_THAT(told(graph.at("b")), IsEmpty());
  EXPECT_THAT(told(graph.at("c")),
              ElementsAre("5: the downgrade only raises NotImplementedError: too late"));
  EXPECT_THAT(told(graph.at("d")), ElementsAre("1: the file has no function 'downgrade'"));
  EXPECT_THAT(
      told(graph.revisions().back()),
      ElementsAre(HasSubstr("the id has 33 characters, and Alembic's version table has room "
                            "for 32")));
}

TEST_F(AlembicLayoutTest, ASectionOfTheConfigurationIsAProjectOfItsOwn) {
  file("alembic.ini",
       "[DEFAULT]\npath_separator = os\n[one]\nscript_location = %(here)s/one\n"
       "[two]\nscript_location = two\nversion_locations = two/versions:%(here)s/more\n");
  file("other.ini", "[alembic]\nscript_location = two\n");
  for (const char* folder : {"one", "two"}) file(std::string(folder) + "/env.py");
  revision("a1", "None", {}, "one/versions");
  revision("b1", "None", {}, "two/versions");
  revision("b2", "'b1'", {}, "more");

  EXPECT_EQ(line({.alembic = {.section = "one"}}), "a1");
  EXPECT_EQ(line({.alembic = {.section = "two"}}), "b1 b2");
  EXPECT_EQ(line({.alembic = {.file = "other.ini"}}), "b1");
  EXPECT_THAT(refusal(), HasSubstr("there are several projects: one, two"));
  EXPECT_THAT(refusal({.alembic = {.section = "tow"}}), HasSubstr("did you mean 'two'"));
}

TEST_F(AlembicLayoutTest, TheVersionTableIsWhereTheEnvironmentSays) {
  const auto table = [&](const std::string& code) {
    file("env.py", code);
    const VersionTableName found = read().version_table();
    return found.is_known_to_python ? "?" : found.schema + "." + found.name;
  };
  revision("a1");

  EXPECT_EQ(table("context.configure(connection=c)\n"), ".");
  EXPECT_EQ(table("context.configure(version_table='v', version_table_schema=\"s\")\n"), "s.v");
  EXPECT_EQ(table("T = 'v'\nconfigure(version_table=T,\n  x=f(1, 2))\n"), ".v");
  EXPECT_EQ(table("options = {'version_table': 'v', 'version_table_schema': None}\n"), ".v");
  EXPECT_EQ(table("# version_table='v'\n"), ".");
  EXPECT_EQ(table("configure(version_table=f'{name}_v')\n"), "?");
  EXPECT_EQ(table("configure(version_table=name + '_v')\n"), "?");
  EXPECT_EQ(table("configure(version_table='a')\nconfigure(version_table='b')\n"), "?");
}

}  // namespace
}  // namespace provision
