// Up, down and up of every revision with everything compared: against the same SQL in one session,
// with nothing compared.
#include <cstdlib>

#include "tests/bench/bench.h"
#include "tests/bench/history.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRevisions = 1000;
constexpr double kPostgresqlLimit = 1.5;
constexpr double kSqliteLimit = 1.8;
// Two workers, each on databases of its own, take at most two thirds of one's time.
constexpr double kTwoJobsLimit = 1 / 1.5;

/// A folder of revisions, and `floor.sql` that does the same.
class VerifyProject : public Project {
 public:
  explicit VerifyProject(Dialect dialect)
      : engine_(dialect == Dialect::sqlite ? "sqlite" : "postgresql") {
    const std::vector<MadeRevision> history = make_history(kRevisions, dialect);
    write_revisions(history, path() / "migrations");
    write_text(floor_script(), round_trip_script(history));
  }

  fs::path floor_script() const { return path() / "floor.sql"; }
  Program verify(const std::vector<std::string>& further) const {
    std::vector<std::string> words = {"verify", "--migrations", "migrations", "--engine", engine_};
    words.insert(words.end(), further.begin(), further.end());
    return provision(words);
  }

 private:
  std::string engine_;
};

void verify_sqlite(benchmark::State& state) {
  const VerifyProject project(Dialect::sqlite);
  const fs::path file = project.path() / "floor.db";
  contest(
      state, {.program = project.verify({})},
      {[&] { fs::remove(file); },
       {{"sqlite3", "-bail", "-cmd", "PRAGMA synchronous = off", file}, project.floor_script()}},
      kSqliteLimit);
}

void verify_postgresql(benchmark::State& state) {
  const PostgresqlServer server;
  const VerifyProject project(Dialect::postgresql);
  contest(state, {.program = project.verify({"--server", server.url("postgres")})},
          {[&] { server.make_anew("bench_verify"); },
           server.psql("bench_verify", {"-f", project.floor_script()})},
          kPostgresqlLimit);
}

void verify_with_two_jobs(benchmark::State& state) {
  const VerifyProject project(Dialect::postgresql);
  contest(state, {.program = project.verify({"--jobs", "2"})},
          {.program = project.verify({"--jobs", "1"})}, kTwoJobsLimit);
}

}  // namespace

void register_verify() {
  register_contest("verify/1000/sqlite", 5, &verify_sqlite);
  register_contest("verify/1000/postgresql", 3, &verify_postgresql);
  register_contest("verify/1000/two jobs", 3, &verify_with_two_jobs);
}

}  // namespace provision::bench
