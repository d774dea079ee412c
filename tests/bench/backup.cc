// Backups and restores of 30 MB, without their proof: against the programs that do nothing else.
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRows = 200'000;

void backup_file(benchmark::State& state) {
  const Project project;
  fs::create_directories(project.sqlite_file().parent_path());
  const fs::path script = project.path() / "fill.sql";
  write_text(script, fmt::format("PRAGMA journal_mode = wal; CREATE TABLE t (id integer PRIMARY "
                                 "KEY, a text, b text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                                 "SELECT i + 1 FROM n WHERE i < {}) INSERT INTO t SELECT i, "
                                 "hex(randomblob(30)), hex(randomblob(30)) FROM n;\n",
                                 kRows));
  timed({{"sqlite3", "-bail", project.sqlite_file()}, script});
  const fs::path copy = project.path() / "copy.db";
  contest(state, {.program = project.provision({"backup", "-e", "sqlite", "--no-prove"})},
          {[&] { fs::remove(copy); },
           {{"sqlite3", project.sqlite_file(), fmt::format(".backup {}", copy.string())}}},
          1.1);
}

/// A database that is filled once, and the URL of it in the variable of the project.
class Filled {
 public:
  Filled() {
    server_.make_anew("bench");
    ::setenv("BENCH_URL", server_.url("bench").c_str(), 1);
    timed(server_.psql(
        "bench", {"-c", fmt::format("CREATE TABLE t (id integer PRIMARY KEY, a text, b text); "
                                    "INSERT INTO t SELECT i, md5(i::text), md5(random()::text) "
                                    "FROM generate_series(1, {}) i",
                                    kRows)}));
  }

  Program client(const std::string& program, const std::string& database,
                 const std::vector<std::string>& arguments) const {
    Program made{{program, "--dbname=" + server_.url(database)}};
    made.words.insert(made.words.end(), arguments.begin(), arguments.end());
    return made;
  }
  const PostgresqlServer& server() const { return server_; }

 private:
  PostgresqlServer server_;
};

void backup_database(benchmark::State& state) {
  const Filled filled;
  const Project project;
  const fs::path archive = project.path() / "floor.dump";
  contest(state, {.program = project.provision({"backup", "-e", "postgresql", "--no-prove"})},
          {.program = filled.client("pg_dump", "bench",
                                    {"--format=custom", "--file=" + archive.string()})},
          1.1);
}

/// The number of the fact `key` in the JSON report `file`.
double fact_in(const fs::path& file, const std::string& key) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  const std::string report = text.str();
  const std::string name = fmt::format("\"{}\":", key);
  return std::stod(report.substr(report.find(name) + name.size()));
}

void restore_database(benchmark::State& state) {
  const Filled filled;
  const Project project;
  const fs::path archive = project.path() / "floor.dump";
  timed(project.provision({"backup", "-e", "postgresql", "--no-prove"}));
  timed(filled.client("pg_dump", "bench", {"--format=custom", "--file=" + archive.string()}));
  int number = 0;
  const auto restored = [&number] { return fmt::format("restored_{}", ++number); };
  const fs::path told = project.path() / "told.json";
  contest(
      state,
      [&] {
        const double took =
            timed(project.provision({"restore", "latest", "-e", "postgresql", "--into", restored(),
                                     "--format", "json", "-o", told.string()}));
        return took - fact_in(told, "compared_ms");
      },
      [&] {
        filled.server().make_anew("floor");
        return timed(filled.client("pg_restore", "floor", {"--exit-on-error", archive.string()}));
      },
      1.1);
}

}  // namespace

void register_backup() {
  register_contest("backup/sqlite", 21, &backup_file);
  register_contest("backup/postgresql", 11, &backup_database);
  register_contest("restore/postgresql", 11, &restore_database);
}

}  // namespace provision::bench
