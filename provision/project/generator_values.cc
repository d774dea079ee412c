#include "provision/project/generator_values.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

namespace provision {
namespace {

constexpr int kMostDecimals = 9;
constexpr std::int64_t kDaySeconds = 86'400;

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The parts of a plain decimal number.
struct Decimal {
  bool is_negative = false;
  std::string_view whole;
  std::string_view fraction;
};

std::optional<Decimal> decimal_of(std::string_view text) {
  Decimal decimal;
  decimal.is_negative = text.starts_with('-');
  if (decimal.is_negative) text.remove_prefix(1);
  const size_t point = text.find('.');
  decimal.whole = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.fraction = text.substr(point + 1);
    if (!are_digits(decimal.fraction)) return std::nullopt;
  }
  const bool is_octal = decimal.whole.size() > 1 && decimal.whole[0] == '0';
  if (!are_digits(decimal.whole) || is_octal) return std::nullopt;
  return decimal;
}

Decimal decimal_at(const YamlNode& node, std::string_view what) {
  const std::string& text = node.as_text(what);
  const std::optional<Decimal> decimal = decimal_of(text);
  const bool fits = decimal && decimal->fraction.size() <= kMostDecimals &&
                    decimal->whole.size() + kMostDecimals <= 27;
  if (fits) return *decimal;
  throw usage_error(node.place, fmt::format("{} must be a number, not '{}'", what, text),
                    fmt::format("a plain one, with up to {} decimals: 12.50", kMostDecimals));
}

/// The number of two or four digits at `at`; nothing if there are no such digits.
std::optional<int> digits_at(std::string_view text, size_t at, size_t size) {
  if (text.size() < at + size || !are_digits(text.substr(at, size))) return std::nullopt;
  int value = 0;
  std::from_chars(text.data() + at, text.data() + at + size, value);
  return value;
}

std::optional<std::int64_t> days_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year == 0) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = digits_at(text, 0, 2);
  const auto minute = digits_at(text, 3, 2);
  const auto second = digits_at(text, 6, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return {};
  return (*hour * 60 + *minute) * 60 + *second;
}

}  // namespace

int decimals_of(const YamlNode& node, std::string_view what) {
  return static_cast<int>(decimal_at(node, what).fraction.size());
}

std::int64_t decimal_units(const YamlNode& node, std::string_view what, int scale) {
  const Decimal decimal = decimal_at(node, what);
  std::string digits(decimal.whole);
  digits += decimal.fraction;
  digits.append(static_cast<size_t>(scale) - decimal.fraction.size(), '0');
  std::int64_t units = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), units);
  constexpr std::int64_t kFar = 4'000'000'000'000'000'000;
  if (error != std::errc() || units > kFar) {
    throw usage_error(node.place, fmt::format("{} is too large: '{}'", what, node.text));
  }
  return decimal.is_negative ? -units : units;
}

std::int64_t day_number(const YamlNode& node, std::string_view what) {
  if (const auto days = days_of(node.as_text(what))) return *days;
  throw usage_error(node.place, fmt::format("{} must be a day, not '{}'", what, node.text),
                    "write it as 2026-01-31");
}

std::int64_t second_number(const YamlNode& node, std::string_view what) {
  const std::string_view text = node.as_text(what);
  const auto days = days_of(text.substr(0, 10));
  const bool has_time = text.size() > 10 && (text[10] == ' ' || text[10] == 'T');
  const auto seconds = has_time ? seconds_of(text.substr(11)) : std::optional<std::int64_t>(0);
  if (days && seconds && (has_time || text.size() == 10)) return *days * kDaySeconds + *seconds;
  throw usage_error(node.place, fmt::format("{} must be a moment, not '{}'", what, text),
                    "write it as 2026-01-31 or 2026-01-31 10:20:30");
}

std::int64_t rate_per_million(const YamlNode& node, std::string_view what) {
  const std::string& text = node.as_text(what);
  const std::optional<Decimal> decimal = decimal_of(text);
  if (decimal && !decimal->is_negative && decimal->fraction.size() <= 6) {
    std::string digits = std::string(decimal->whole) + std::string(decimal->fraction);
    digits.append(6 - decimal->fraction.size(), '0');
    std::int64_t rate = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), rate);
    if (rate <= 1'000'000 && decimal->whole.size() == 1) return rate;
  }
  throw usage_error(node.place, fmt::format("{} must be a rate from 0 to 1, not '{}'", what, text));
}

}  // namespace provision
