#include "provision/base/duration.h"

#include <array>
#include <charconv>
#include <ctime>

#include "provision/base/text.h"

namespace provision {
namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
  std::string_view name;
};
constexpr std::array kUnits = {Unit{'d', 86'400, "day"}, Unit{'h', 3'600, "hour"},
                               Unit{'m', 60, "minute"}, Unit{'s', 1, "second"}};
constexpr std::int64_t kLongest = 3'650LL * 86'400;

}  // namespace

std::optional<std::chrono::seconds> duration_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  if (error != std::errc{} || number < 0 || number > kLongest) return std::nullopt;
  if (rest.empty() && number == 0) return std::chrono::seconds(0);
  for (const Unit& unit : kUnits) {
    if (rest.size() != 1 || rest[0] != unit.letter) continue;
    if (number > kLongest / unit.seconds) return std::nullopt;
    return std::chrono::seconds(number * unit.seconds);
  }
  return std::nullopt;
}

std::string shown(std::chrono::seconds duration) {
  for (const Unit& unit : kUnits) {
    if (duration.count() == 0 || duration.count() % unit.seconds != 0) continue;
    return counted(duration.count() / unit.seconds, unit.name);
  }
  return counted(0, "second");
}

std::string utc_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace provision
