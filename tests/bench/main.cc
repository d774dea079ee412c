#include <benchmark/benchmark.h>

#include <cstdio>
#include <exception>

#include "tests/bench/bench.h"

int main(int argc, char** argv) {
  provision::bench::register_alembic();
  provision::bench::register_upgrade();
  provision::bench::register_reading();
  provision::bench::register_reset();
  provision::bench::register_copy();
  provision::bench::register_generate();
  provision::bench::register_verify();
  provision::bench::register_drift();
  provision::bench::register_backup();
  provision::bench::register_server();
  provision::bench::register_python();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
