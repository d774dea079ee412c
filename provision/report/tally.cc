#include "provision/report/tally.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"

namespace provision {

std::string_view name_of(Check::Outcome outcome) {
  switch (outcome) {
    case Check::Outcome::passed:
      return "passed";
    case Check::Outcome::failed:
      return "failed";
    case Check::Outcome::skipped:
      return "skipped";
  }
  return "";
}

double duration(const Check& check) {
  double sum = 0;
  for (const Check::Timing& timing : check.timings) sum += timing.milliseconds;
  return sum;
}

Tally tally(const std::vector<Check>& checks) {
  Tally result;
  for (const Check& check : checks) {
    result.milliseconds += duration(check);
    if (check.outcome == Check::Outcome::passed) ++result.passed;
    if (check.outcome == Check::Outcome::failed) ++result.failed;
    if (check.outcome == Check::Outcome::skipped) ++result.skipped;
  }
  return result;
}

std::string described(const Tally& tally) {
  std::vector<std::string> parts;
  if (tally.passed > 0) parts.push_back(fmt::format("{} ok", tally.passed));
  if (tally.failed > 0) parts.push_back(fmt::format("{} failed", tally.failed));
  if (tally.skipped > 0) parts.push_back(fmt::format("{} skipped", tally.skipped));
  std::string text = counted(tally.all(), "revision");
  if (!parts.empty()) text += ": " + joined(parts, ", ");
  return text + " in " + shown_duration(tally.milliseconds);
}

std::vector<size_t> slowest(const std::vector<Check>& checks, size_t most) {
  constexpr size_t kWorthwhile = 10;
  std::vector<size_t> timed;
  std::vector<double> durations;
  for (size_t i = 0; i < checks.size(); ++i) {
    durations.push_back(duration(checks[i]));
    if (durations.back() > 0) timed.push_back(i);
  }
  if (timed.size() < kWorthwhile) return {};
  std::stable_sort(timed.begin(), timed.end(),
                   [&](size_t a, size_t b) { return durations[a] > durations[b]; });
  timed.resize(std::min(timed.size(), most));
  return timed;
}

std::string shown_duration(double milliseconds) {
  constexpr double kSecond = 1000;
  constexpr int kMinute = 60;
  if (milliseconds < kSecond) return fmt::format("{:.1f} ms", milliseconds);
  if (milliseconds < kSecond * kMinute) return fmt::format("{:.2f} s", milliseconds / kSecond);
  const auto seconds = static_cast<std::int64_t>(milliseconds / kSecond);
  return fmt::format("{} min {} s", seconds / kMinute, seconds % kMinute);
}

bool has_databases(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [&](const Check& check) { return check.database != checks.front().database; });
}

std::vector<std::string> step_names(const std::vector<Check>& checks) {
  std::vector<std::string> names;
  for (const Check& check : checks) {
    for (const Check::Timing& timing : check.timings) {
      if (std::find(names.begin(), names.end(), timing.step) == names.end()) {
        names.push_back(timing.step);
      }
    }
  }
  return names;
}

}  // namespace provision
