// What only reads an Alembic project: against Alembic itself, on the same project.
#include <fmt/format.h>

#include <memory>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

constexpr int kRevisions = 500;
constexpr double kLimit = 0.1;

std::string revision_text(int number) {
  const auto id = [](int of) { return fmt::format("{:012x}", 7919 * of); };
  const std::string parent = number == 0 ? "None" : fmt::format("'{}'", id(number - 1));
  return fmt::format(
      "\"\"\"create table t{0}\n\nRevision ID: {1}\nRevises: {2}\nCreate Date: "
      "2026-01-01\n\n\"\"\"\n"
      "from alembic import op\nimport sqlalchemy as sa\n\n\n# revision identifiers, used by "
      "Alembic.\nrevision = '{1}'\ndown_revision = {2}\nbranch_labels = None\ndepends_on = None\n"
      "\n\ndef upgrade() -> None:\n    op.create_table(\n        't{0}',\n        sa.Column('id', "
      "sa.Integer(), nullable=False),\n        sa.Column('name', sa.String(length=80), "
      "nullable=True),\n        sa.PrimaryKeyConstraint('id'),\n    )\n    "
      "op.create_index('ix_t{0}_name', 't{0}', ['name'])\n\n\ndef downgrade() -> None:\n    "
      "op.drop_index('ix_t{0}_name', table_name='t{0}')\n    op.drop_table('t{0}')\n",
      number, id(number), parent);
}

/// Debian's Alembic, whichever Python comes first on PATH.
Program alembic(const Project& project, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"/usr/bin/python3", "-m", "alembic", "-c",
                                    project.path() / "alembic.ini"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return {words};
}

/// A project of so many revisions, whose database is at the last one.
std::shared_ptr<Project> alembic_project() {
  auto project = std::make_shared<Project>();
  const std::filesystem::path& folder = project->path();
  write_text(folder / "alembic.ini", "[alembic]\nscript_location = %(here)s/scripts\n");
  write_text(folder / "environments" / "alembic.yaml",
             "kind: dev\ndatabase: {engine: sqlite, path: alembic.db, migrations: "
             ".}\n");
  write_text(folder / "scripts" / "env.py",
             fmt::format("import sqlalchemy\nfrom alembic import context\nengine = "
                         "sqlalchemy.create_engine('sqlite:///{}')\nwith engine.connect() as "
                         "connection:\n    context.configure(connection=connection)\n    with "
                         "context.begin_transaction():\n        context.run_migrations()\n",
                         (folder / "alembic.db").string()));
  for (int i = 0; i < kRevisions; ++i) {
    write_text(folder / "scripts" / "versions" / fmt::format("{:03}_t.py", i), revision_text(i));
  }
  timed(alembic(*project, {"stamp", "head"}));
  return project;
}

}  // namespace

void register_alembic() {
  for (const char* command : {"history", "heads", "current"}) {
    register_contest(fmt::format("alembic_{}/{}", command, kRevisions), 7,
                     [command](benchmark::State& state) {
                       const auto project = alembic_project();
                       contest(state, {.program = project->provision({command, "-e", "alembic"})},
                               {.program = alembic(*project, {command})}, kLimit);
                     });
  }
}

}  // namespace provision::bench
