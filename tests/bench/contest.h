// Two programs that do the same work, timed turn by turn, so that a busy machine slows both.
#pragma once

#include <benchmark/benchmark.h>
#include <sys/types.h>

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace provision::bench {

/// A program with its arguments, and what it reads.
struct Program {
  std::vector<std::string> words;
  std::filesystem::path input = "/dev/null";
};

/// The program under test, with `arguments`, in the project `folder`.
Program ours(const std::filesystem::path& folder, const std::vector<std::string>& arguments);

/// Starts a program with these as its standard input, output and errors.
pid_t start(const std::vector<std::string>& words, const std::array<int, 3>& descriptors);

/// Runs `program` to its end without a word and returns the milliseconds it took. Throws if it
/// fails, with what it said.
double timed(const Program& program);

/// What `program` writes to its standard output, which is short.
std::string output_of(const Program& program);

/// One side of a contest: what is done before, unmeasured, and the measured program.
struct Contender {
  std::function<void()> prepare = [] {};
  Program program;
};

/// Runs both once an iteration and counts: `ratio`, the median of challenger : floor (divided by
/// `work`, how much more the challenger does), `best_ratio`, that of the fastest run of each, which
/// tells more on a busy machine, the `limit` they should keep to, and `floor_ms`.
void contest(benchmark::State& state, const Contender& challenger, const Contender& floor,
             double limit, double work = 1);

/// The same of two pieces of work, each of which tells the milliseconds it took.
void contest(benchmark::State& state, const std::function<double()>& challenger,
             const std::function<double()>& floor, double limit, double work = 1);

/// A contest of `pairs` turns, its time that of the challenger.
void register_contest(const std::string& name, int pairs,
                      const std::function<void(benchmark::State&)>& run);

}  // namespace provision::bench
