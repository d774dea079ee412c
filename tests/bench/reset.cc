// The example project made anew: against sqlite3 replaying what reset runs into a fresh file.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

namespace fs = std::filesystem;

void copy_example(const fs::path& folder) {
  for (const char* name : {"environments", "migrations", "seeds"}) {
    fs::copy(fs::path(PROVISION_SOURCE_DIR) / name, folder / name,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
}

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// What stands in `text` under `heading`, up to the next section.
std::string section(const std::string& text, const std::string& heading) {
  const size_t at = text.find(heading + "\n");
  if (at == std::string::npos) return {};
  const size_t begin = at + heading.size() + 1;
  return text.substr(begin, text.find("-- provision:", begin) - begin);
}

/// The up sections of the example, in the order of their names, a transaction each.
std::string up_sections(const fs::path& migrations) {
  std::vector<fs::path> files(fs::directory_iterator{migrations}, fs::directory_iterator{});
  std::sort(files.begin(), files.end());
  std::string script;
  for (const fs::path& file : files) {
    if (file.extension() != ".sql") continue;
    const std::string text = text_of(file);
    std::string up = section(text, "-- provision:up sqlite");
    if (up.empty()) up = section(text, "-- provision:up");
    const bool alone = text.find("\n-- transaction: off") != std::string::npos;
    script += alone ? up : fmt::format("BEGIN;\n{}COMMIT;\n", up);
  }
  return script;
}

/// The rows of the database `file`; those that a revision wrote are there already.
std::string rows_of(const fs::path& file) {
  const std::string dump = output_of({{"sqlite3", file, ".dump --data-only"}});
  std::istringstream lines(dump);
  std::string script;
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kInsert = "INSERT INTO ";
    const bool begins_row = line.starts_with(kInsert);
    const std::string_view table = std::string_view(line).substr(begins_row ? kInsert.size() : 0);
    if (table.starts_with("_provision_") || table.starts_with("sqlite_")) continue;
    script += (begins_row ? "INSERT OR IGNORE INTO " + line.substr(kInsert.size()) : line) + "\n";
  }
  return script;
}

void reset(benchmark::State& state) {
  const Project project;
  copy_example(project.path());
  timed(project.provision({"reset", "-e", "dev", "--cold"}));
  const fs::path script = project.path() / "floor.sql";
  write_text(script,
             up_sections(project.path() / "migrations") + rows_of(project.path() / "var/dev.db"));
  const fs::path fresh = project.path() / "floor.db";
  contest(state, {.program = project.provision({"reset", "-e", "dev", "--cold"})},
          {[&] { fs::remove(fresh); }, {{"sqlite3", "-bail", fresh}, script}}, 1);
}

constexpr int kTables = 100;

/// One revision, `up`, and the environment `fresh` of kind test.
void write_fresh(const Project& project, const std::string& database, const std::string& up) {
  write_text(project.path() / "environments/fresh.yaml",
             fmt::format("kind: test\ndatabase: {{{}, pool: {{ready: 1}}}}\n", database));
  write_text(project.path() / "migrations/1_make.sql",
             "-- revision: 1\n-- parents: base\n-- message: make\n\n-- provision:up\n" + up +
                 "-- provision:down\n-- nothing\n");
}

/// 10 MB.
std::string many_rows() {
  return "CREATE TABLE t (id integer PRIMARY KEY, text text);\n"
         "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
         "i < 10000) SELECT i, printf('%1000d', i) FROM n;\n";
}

std::string many_tables() {
  std::string up;
  for (int i = 0; i < kTables; ++i) {
    up += fmt::format(
        "CREATE TABLE t{} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, "
        "body jsonb);\n",
        i);
  }
  return up;
}

/// A template of 10 MB made the database: against three times `cp` and the start of a process.
void reset_from_template(benchmark::State& state) {
  const Project project;
  write_fresh(project, "engine: sqlite, path: var/fresh.db", many_rows());
  const Program again = project.provision({"reset", "-e", "fresh"});
  timed(again);
  const fs::path file = project.path() / "var/fresh.db";
  const fs::path copy = project.path() / "var/copy.db";
  contest(
      state, [&] { return timed(again); },
      [&] {
        fs::remove(copy);
        return 3 * timed({{"cp", file, copy}}) + timed(project.provision({"--version"}));
      },
      1);
}

/// The same of 100 tables: against what a person types in one session.
void reset_on_server(benchmark::State& state) {
  const PostgresqlServer server;
  const Project project;
  write_fresh(project, "engine: postgresql, url_env: BENCH_URL", many_tables());
  ::setenv("BENCH_URL", server.url("bench_fresh").c_str(), 1);
  const Program again = project.provision({"reset", "-e", "fresh"});
  timed(again);
  server.make_anew("bench_template", "bench_fresh");
  server.make_anew("bench_typed", "bench_template");
  contest(state, Contender{.program = again},
          Contender{.program = server.psql(
                        "postgres", {"-c", "DROP DATABASE bench_typed", "-c",
                                     "CREATE DATABASE bench_typed TEMPLATE bench_template"})},
          1.15);
}

/// A command with a database of a warm pool: against the command alone and 40 ms.
void run_with_file(benchmark::State& state) {
  constexpr double kAllowed = 40;
  const Project project;
  write_fresh(project, "engine: sqlite, path: var/fresh.db", many_rows());
  contest(
      state,
      [&] {
        timed(project.provision({"run", "-e", "fresh", "--fill-pool"}));
        return timed(project.provision({"run", "-e", "fresh", "--", "true"}));
      },
      [] { return timed({{"true"}}) + kAllowed; }, 1);
}

/// The same on a server: against the clone alone.
void run_on_server(benchmark::State& state) {
  const PostgresqlServer server;
  const Project project;
  write_fresh(project, "engine: postgresql, url_env: BENCH_URL", many_tables());
  ::setenv("BENCH_URL", server.url("bench_fresh").c_str(), 1);
  timed(project.provision({"reset", "-e", "fresh"}));
  server.make_anew("bench_template", "bench_fresh");
  const Program fill = project.provision({"run", "-e", "fresh", "--fill-pool"});
  const Program drop = server.psql("postgres", {"-c", "DROP DATABASE IF EXISTS bench_clone"});
  contest(state, {[&] { timed(fill); }, project.provision({"run", "-e", "fresh", "--", "true"})},
          {[&] { timed(drop); },
           server.psql("postgres", {"-c", "CREATE DATABASE bench_clone TEMPLATE bench_template"})},
          1.2);
}

}  // namespace

void register_reset() {
  register_contest("reset/sqlite", 31, &reset);
  register_contest("reset/template/10 MB/sqlite", 15, &reset_from_template);
  register_contest("reset/template/100 tables/postgresql", 9, &reset_on_server);
  register_contest("run/pool/sqlite", 15, &run_with_file);
  register_contest("run/pool/100 tables/postgresql", 9, &run_on_server);
}

}  // namespace provision::bench
