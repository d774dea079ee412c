// A folder of revisions in Python that a test writes, and what verification says of them.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "harness/verify.h"
#include "provision/base/file.h"
#include "provision/project/layout.h"
#include "tests/engine/engine_fixture.h"

namespace provision {

struct Defect {
  std::string id;
  std::string up;    ///< SQL, or lines of Python
  std::string down;  ///< empty: `pass`
  std::string verdict = "residue";
  bool is_python = false;
};

inline constexpr const char* kEnvironment = R"(
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
inline const Defect kFirst{
    "d00",
    "op.create_table('item', sa.Column('id', sa.Integer(), primary_key=True),\n"
    "                    sa.Column('name', sa.String(40)),\n"
    "                    sa.Column('note', sa.String(40)),\n"
    "                    sa.Column('price', sa.Integer(), server_default=sa.text('1')))\n"
    "    op.create_table('part', sa.Column('id', sa.Integer(), primary_key=True),\n"
    "                    sa.Column('item', sa.Integer(),\n"
    "                              sa.ForeignKey('item.id', ondelete='CASCADE')))",
    "op.drop_table('part')\n    op.drop_table('item')", "ok", true};

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

  /// Writes `defect` as a revision that follows the first one, as its siblings do.
  void write_beside(const Defect& defect) {
    parent_ = "'" + kFirst.id + "'";
    write({defect});
  }

  /// The verdict of each revision.
  static std::map<std::string, std::string> verdicts(const Report& report) {
    std::map<std::string, std::string> verdicts;
    for (const Check& check : report.checks) verdicts[check.id] = check.verdict;
    return verdicts;
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
    subject.walk.python->step_timeout = step_timeout_;
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
  std::chrono::seconds step_timeout_{300};

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

}  // namespace provision
