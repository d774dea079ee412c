// From base to head: against the same SQL in one session, a transaction a revision.
#include <cstdlib>

#include "tests/bench/bench.h"
#include "tests/bench/history.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRevisions = 1000;
constexpr double kLimit = 1.3;

/// A project with a history, and `floor.sql` that does the same.
class UpgradeProject : public Project {
 public:
  explicit UpgradeProject(Dialect dialect) {
    const std::vector<MadeRevision> history = make_history(kRevisions, dialect);
    write_revisions(history, path() / "migrations");
    write_text(floor_script(), client_script(history));
  }
  fs::path floor_script() const { return path() / "floor.sql"; }
};

void upgrade_sqlite(benchmark::State& state) {
  const UpgradeProject project(Dialect::sqlite);
  // Both in a file that provision made: the same folder, journal and syncing.
  const auto make_anew = [&] {
    fs::remove_all(project.sqlite_file().parent_path());
    timed(project.provision({"create", "--empty"}));
  };
  contest(state, {make_anew, project.provision({"upgrade"})},
          {make_anew, {{"sqlite3", "-bail", project.sqlite_file()}, project.floor_script()}},
          kLimit);
}

void upgrade_postgresql(benchmark::State& state) {
  const PostgresqlServer server;
  const UpgradeProject project(Dialect::postgresql);
  ::setenv("BENCH_URL", server.url("bench_upgrade").c_str(), 1);
  const auto make_anew = [&] { server.make_anew("bench_upgrade"); };
  contest(state, {make_anew, project.provision({"upgrade", "-e", "postgresql"})},
          {make_anew, server.psql("bench_upgrade", {"-f", project.floor_script()})}, kLimit);
}

}  // namespace

void register_upgrade() {
  register_contest("upgrade/1000/sqlite", 5, &upgrade_sqlite);
  register_contest("upgrade/1000/postgresql", 5, &upgrade_postgresql);
}

}  // namespace provision::bench
