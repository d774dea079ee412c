// Many seed rows into an empty table: against the raw COPY of the same file.
#include <fmt/format.h>

#include <cstdlib>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

constexpr int kRows = 100000;
constexpr double kLimit = 2;

std::string csv() {
  std::string text = "id,name,email,amount,seen_on\n";
  for (int row = 1; row <= kRows; ++row) {
    text +=
        fmt::format("{0},\"Reader, number {0}\",reader{0}@example.com,{1}.{2:02},2026-01-{3:02}\n",
                    row, row % 1000, row % 100, 1 + row % 28);
  }
  return text;
}

void copy(benchmark::State& state) {
  const PostgresqlServer server;
  const Project project;
  const auto rows = project.path() / "seeds/rows.csv";
  write_text(rows, csv());
  write_text(project.path() / "seeds/rows.yaml",
             "- table: readers\n  key: [id]\n  rows: rows.csv\n");
  write_text(
      project.path() / "migrations/1_create_readers.sql",
      "-- revision: 1\n-- parents: base\n-- message: create readers\n\n-- provision:up\n"
      "CREATE TABLE readers (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, "
      "amount numeric(12,2), seen_on date);\n\n-- provision:down\nDROP TABLE readers;\n");
  server.make_anew("bench_empty");
  ::setenv("BENCH_URL", server.url("bench_empty").c_str(), 1);
  timed(project.provision({"upgrade", "-e", "postgresql"}));
  ::setenv("BENCH_URL", server.url("bench_copy").c_str(), 1);
  const auto make_anew = [&] { server.make_anew("bench_copy", "bench_empty"); };
  const std::string command =
      fmt::format("\\copy readers FROM '{}' (FORMAT csv, HEADER)", rows.string());
  contest(state, {make_anew, project.provision({"seed", "-e", "postgresql"})},
          {make_anew, server.psql("bench_copy", {"-c", command})}, kLimit);
}

}  // namespace

void register_copy() { register_contest("copy/100000/postgresql", 9, &copy); }

}  // namespace provision::bench
