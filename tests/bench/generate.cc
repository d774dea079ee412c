// A million made rows: against the raw COPY of the same rows from a file.
#include <cstdlib>

#include "tests/bench/bench.h"
#include "tests/bench/project.h"

namespace provision::bench {
namespace {

constexpr double kLimit = 1.5;

constexpr std::string_view kTable =
    "-- revision: 1\n-- parents: base\n-- message: create readers\n\n-- provision:up\n"
    "CREATE TABLE readers (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL, "
    "amount numeric(12,2), seen_on date);\n\n-- provision:down\nDROP TABLE readers;\n";

constexpr std::string_view kSeed =
    "- table: readers\n  generate:\n    rows: 1000000\n    seed: 42\n    columns:\n"
    "      name: {name: full}\n      email: {template: 'reader{n}@example.com'}\n"
    "      amount: {range: {from: 0.01, to: 999.99}}\n"
    "      seen_on: {date: {from: 2020-01-01, to: 2026-01-01}}\n";

void generate(benchmark::State& state) {
  const PostgresqlServer server;
  const Project project;
  write_text(project.path() / "seeds/rows.yaml", std::string(kSeed));
  write_text(project.path() / "migrations/1_create_readers.sql", std::string(kTable));
  server.make_anew("bench_empty");
  ::setenv("BENCH_URL", server.url("bench_empty").c_str(), 1);
  timed(project.provision({"upgrade", "-e", "postgresql"}));
  ::setenv("BENCH_URL", server.url("bench_made").c_str(), 1);
  const auto make_anew = [&] { server.make_anew("bench_made", "bench_empty"); };
  const Program seed = project.provision({"seed", "-e", "postgresql"});
  make_anew();
  timed(seed);
  const std::string rows = (project.path() / "rows.txt").string();
  timed(server.psql("bench_made", {"-c", "\\copy readers TO '" + rows + "'"}));
  contest(state, {make_anew, seed},
          {make_anew, server.psql("bench_made", {"-c", "\\copy readers FROM '" + rows + "'"})},
          kLimit);
}

}  // namespace

void register_generate() { register_contest("generate/1000000/postgresql", 3, &generate); }

}  // namespace provision::bench
