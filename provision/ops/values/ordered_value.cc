#include "provision/ops/values/ordered_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <string_view>

#include "provision/base/stable_hash.h"

namespace provision::values {
namespace {

constexpr std::int64_t kFirstKey = 10'001;  // fits the smallest integers, and sequences begin at 1
constexpr std::string_view kFirstDay = "2024-01-01";

std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (int i = 0; i < std::min(exponent, 17); ++i) value *= 10;
  return value;
}

/// The number `text` in units of 10^-scale, cut off; nothing if it is no plain number.
std::optional<std::int64_t> units_of(std::string_view text, int scale) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const double units = value * static_cast<double>(power_of_ten(scale));
  if (units > 9e17 || units < -9e17) return std::nullopt;
  return static_cast<std::int64_t>(units);
}

struct Bounds {
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
};

Bounds bounds_of(const ValueHints& hints, int scale) {
  Bounds bounds;
  if (hints.least) bounds.least = units_of(*hints.least, scale);
  if (hints.most) bounds.most = units_of(*hints.most, scale);
  if (bounds.least && hints.above_least) ++*bounds.least;
  if (bounds.most && hints.below_most) --*bounds.most;
  return bounds;
}

/// `wanted`, or where the bounds leave it out, the `ordinal`th step from one of them.
std::int64_t within(const Bounds& bounds, std::int64_t wanted, std::int64_t ordinal,
                    std::int64_t step) {
  const std::int64_t least = bounds.least.value_or(std::numeric_limits<std::int64_t>::min());
  const std::int64_t most = bounds.most.value_or(std::numeric_limits<std::int64_t>::max());
  if ((wanted >= least && wanted <= most) || least > most) return wanted;
  if (!bounds.most) return least + ordinal * step;
  if (!bounds.least) return most - ordinal * step;
  const std::int64_t room = most - least;
  if (ordinal * step <= room) return least + ordinal * step;
  return least + ordinal % (room + 1);
}

/// Columns differ, so that values that change places are seen.
std::int64_t first_number(const ValueSeed& seed) {
  if (seed.is_key) return kFirstKey;
  return seed.is_small ? 0 : 1 + static_cast<std::int64_t>(stable_hash(seed.label) % 9) * 10;
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto read = [&](size_t at, size_t size, auto& into) {
    return std::from_chars(text.data() + at, text.data() + at + size, into).ec == std::errc();
  };
  if (!read(0, 4, year) || !read(5, 2, month) || !read(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace

std::string integer_value(const ValueHints& hints, const ValueSeed& seed) {
  const std::int64_t wanted = first_number(seed) + seed.ordinal;
  return std::to_string(within(bounds_of(hints, 0), wanted, seed.ordinal, 1));
}

std::string number_value(const ValueType& type, const ValueHints& hints, const ValueSeed& seed) {
  const int scale = type.scale < 0 ? 2 : type.scale;
  const std::int64_t one = power_of_ten(scale);
  const std::int64_t quarter = scale == 0 ? 0 : (scale == 1 ? 5 : one / 4);
  Bounds bounds = bounds_of(hints, scale);
  std::int64_t step = one;
  if (type.precision > 0 && type.precision < 18) {
    const std::int64_t most = power_of_ten(type.precision) - 1;
    bounds.most = std::min(bounds.most.value_or(most), most);
    if (!bounds.least) bounds.least = std::min<std::int64_t>(1, *bounds.most);
    if (*bounds.most - *bounds.least < 100 * one) step = 1;
  }
  const std::int64_t wanted = (first_number(seed) + seed.ordinal) * one + quarter;
  const std::int64_t units = within(bounds, wanted, seed.ordinal, step);
  if (scale == 0) return std::to_string(units);
  return fmt::format("{}{}.{:0{}}", units < 0 ? "-" : "", std::abs(units / one),
                     std::abs(units % one), std::min(scale, 17));
}

std::string date_value(const ValueHints& hints, const ValueSeed& seed) {
  Bounds bounds;
  const auto days = [](const std::optional<std::chrono::sys_days>& day) {
    return day ? std::optional<std::int64_t>(day->time_since_epoch().count()) : std::nullopt;
  };
  // A point in time may lie within the last day, so that neither of the ends is taken.
  if (hints.least) bounds.least = days(day_of(*hints.least));
  if (hints.most) bounds.most = days(day_of(*hints.most));
  if (bounds.least && hints.above_least) ++*bounds.least;
  if (bounds.most && hints.below_most) --*bounds.most;
  const std::int64_t first = *days(day_of(kFirstDay));
  const std::int64_t count = within(bounds, first + seed.ordinal % 300'000, seed.ordinal, 1);
  const std::chrono::year_month_day day{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(count)))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

}  // namespace provision::values
