// Alembic's revisions, run by provision and by Alembic's own command line.
#include <cstdlib>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"
#include "tests/bench/pytest_alembic.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRevisions = 100;
// Stepping up, down and up with the command line starts Python for each step, and compares nothing.
constexpr double kVerifyLimit = 1.0 / 20;
constexpr double kUpgradeLimit = 1.3;
// The first compares nothing, the second what autogenerate sees.
constexpr double kUpDownLimit = 1.5;
constexpr double kNoTraceLimit = 1.0 / 3;
constexpr const char* kPython = "/usr/bin/python3";

constexpr const char* kEnvironment = R"(
import os
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///var/bench.db"),
                       poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
)";

std::string id_of(int number) { return "a" + std::to_string(1000 + number); }

/// A folder of revisions, each a table with an index.
class PythonProject : public Project {
 public:
  PythonProject() {
    const fs::path folder = path() / "migrations";
    fs::create_directories(folder / "versions");
    write_text(path() / "alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n");
    write_text(folder / "env.py", kEnvironment);
    std::string loop = "set -e\nexport DATABASE_URL=sqlite:///" + (path() / "loop.db").string();
    for (int i = 0; i < kRevisions; ++i) {
      write_text(folder / "versions" / (id_of(i) + ".py"), revision(i));
      for (const char* step : {"upgrade +1", "downgrade -1", "upgrade +1"}) {
        loop += std::string("\n") + kPython + " -m alembic " + step;
      }
    }
    write_text(path() / "loop.sh", loop + "\n");
    write_text(path() / "pytest_alembic.py", kPytestAlembic);
    // What both have by then.
    output_of(
        {{"/bin/sh", "-c", "cd " + path().string() + " && " + kPython + " -m alembic heads"}});
  }

  /// Alembic's own tool, in here.
  Program alembic(const std::string& command) const {
    return {{"/bin/sh", "-c", "cd '" + path().string() + "' && " + command + " 2>/dev/null"}};
  }

 private:
  static std::string revision(int number) {
    const std::string table = "'t" + std::to_string(number) + "'";
    return "revision = '" + id_of(number) +
           "'\ndown_revision = " + (number == 0 ? "None" : "'" + id_of(number - 1) + "'") +
           "\nfrom alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n"
           "    op.create_table(" +
           table +
           ", sa.Column('id', sa.Integer, primary_key=True),\n"
           "                    sa.Column('name', sa.String(40), nullable=False))\n"
           "    op.create_index('i" +
           std::to_string(number) + "', " + table +
           ", ['name'])\n\n\n"
           "def downgrade():\n    op.drop_table(" +
           table + ")\n";
  }
};

void verify_alembic(benchmark::State& state) {
  const PythonProject project;
  contest(state,
          {.program = project.provision(
               {"verify", "--migrations", "migrations", "--engine", "sqlite", "--jobs", "1"})},
          {[&] { fs::remove(project.path() / "loop.db"); }, project.alembic("sh loop.sh")},
          kVerifyLimit);
}

/// Against what pytest-alembic does for its test `name`.
void verify_against(benchmark::State& state, const std::string& name, double limit) {
  const PythonProject project;
  const fs::path file = project.path() / "loop.db";
  const std::string loop =
      "DATABASE_URL=sqlite:///" + file.string() + " " + kPython + " pytest_alembic.py " + name;
  contest(state,
          {.program = project.provision(
               {"verify", "--migrations", "migrations", "--engine", "sqlite", "--jobs", "1"})},
          {[&] { fs::remove(file); }, project.alembic(loop)}, limit);
}

void upgrade_alembic(benchmark::State& state) {
  const PythonProject project;
  const auto empty = [&] {
    fs::remove(project.sqlite_file());
    fs::create_directories(project.sqlite_file().parent_path());
    write_text(project.sqlite_file(), "");
  };
  contest(state, {empty, project.provision({"upgrade", "-e", "sqlite"})},
          {empty, project.alembic(std::string(kPython) + " -m alembic upgrade head")},
          kUpgradeLimit);
}

}  // namespace

void register_python() {
  register_contest("alembic/verify/100", 1, &verify_alembic);
  register_contest("alembic/verify/100/up and down", 5,
                   [](benchmark::State& state) { verify_against(state, "up_down", kUpDownLimit); });
  register_contest("alembic/verify/100/no trace", 3, [](benchmark::State& state) {
    verify_against(state, "no_trace", kNoTraceLimit);
  });
  register_contest("alembic/upgrade/100", 5, &upgrade_alembic);
}

}  // namespace provision::bench
