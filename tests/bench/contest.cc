#include "tests/bench/contest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace provision::bench {
namespace {

std::string rest_of(int descriptor) {
  std::string text(1 << 16, '\0');
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(length < 0 ? 0 : static_cast<size_t>(length));
  return text;
}

int run(const Program& program, int output, int errors) {
  const int input = ::open(program.input.c_str(), O_RDONLY | O_CLOEXEC);
  const pid_t child = start(program.words, {input, output, errors});
  ::close(input);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

class Scratch {
 public:
  ~Scratch() { std::fclose(file_); }
  int descriptor() const { return ::fileno(file_); }

 private:
  std::FILE* file_ = std::tmpfile();
};

std::string run_checked(const Program& program) {
  const Scratch output;
  const Scratch errors;
  if (run(program, output.descriptor(), errors.descriptor()) == 0)
    return rest_of(output.descriptor());
  throw std::runtime_error(
      fmt::format("'{}' failed: {}", fmt::join(program.words, " "), rest_of(errors.descriptor())));
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

pid_t start(const std::vector<std::string>& words, const std::array<int, 3>& descriptors) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; ++i) {
    posix_spawn_file_actions_adddup2(&actions, descriptors[static_cast<size_t>(i)], i);
  }
  pid_t child = 0;
  const int failure =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error(fmt::format("cannot start '{}'", words[0]));
  return child;
}

Program ours(const std::filesystem::path& folder, const std::vector<std::string>& arguments) {
  Program program{{PROVISION_PROGRAM, "-C", folder.string()}};
  program.words.insert(program.words.end(), arguments.begin(), arguments.end());
  return program;
}

double timed(const Program& program) {
  const auto start = std::chrono::steady_clock::now();
  run_checked(program);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::string output_of(const Program& program) {
  std::string text = run_checked(program);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void contest(benchmark::State& state, const Contender& challenger, const Contender& floor,
             double limit, double work) {
  const auto measured = [](const Contender& contender) {
    return [&contender] {
      contender.prepare();
      return timed(contender.program);
    };
  };
  contest(state, measured(challenger), measured(floor), limit, work);
}

void contest(benchmark::State& state, const std::function<double()>& challenger,
             const std::function<double()>& floor, double limit, double work) {
  std::vector<double> ratios;
  std::vector<double> ours;
  std::vector<double> floors;
  bool floor_first = true;
  for (auto _ : state) {
    double before = 0;
    if (floor_first) before = floor();
    const double took = challenger();
    if (!floor_first) before = floor();
    floor_first = !floor_first;
    state.SetIterationTime(took / 1000);
    ratios.push_back(took / before / work);
    ours.push_back(took / work);
    floors.push_back(before);
  }
  state.counters["ratio"] = median(ratios);
  state.counters["best_ratio"] = std::ranges::min(ours) / std::ranges::min(floors);
  state.counters["limit"] = limit;
  state.counters["floor_ms"] = median(floors);
}

void register_contest(const std::string& name, int pairs,
                      const std::function<void(benchmark::State&)>& run) {
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->UseManualTime()
      ->Iterations(pairs)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace provision::bench
