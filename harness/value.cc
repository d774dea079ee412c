#include "harness/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

#include "harness/hints.h"
#include "harness/pattern.h"
#include "harness/stable_hash.h"
#include "provision/base/text.h"

using namespace provision;

namespace harness {
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

std::string integer(const ValueHints& hints, const ValueSeed& seed) {
  const std::int64_t wanted = first_number(seed) + seed.ordinal;
  return std::to_string(within(bounds_of(hints, 0), wanted, seed.ordinal, 1));
}

std::string number(const ValueType& type, const ValueHints& hints, const ValueSeed& seed) {
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

/// `ordinal` in `width` characters, letters first, so that it is a word as long as it can be.
std::string coded(std::int64_t ordinal, int width) {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (int i = 0; i < width; ++i) {
    text.insert(text.begin(), kDigits[static_cast<size_t>(ordinal) % kDigits.size()]);
    ordinal /= static_cast<std::int64_t>(kDigits.size());
  }
  return text;
}

std::string word_of(const std::string& label) {
  std::string word;
  for (const char c : lower(label)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') word += c;
  }
  return word.empty() || (word[0] >= '0' && word[0] <= '9') ? "x" + word : word;
}

std::string text(const ValueType& type, const ValueHints& hints, const ValueSeed& seed) {
  int most = type.length > 0 ? type.length : 1'000'000;
  if (hints.max_length) most = std::max(std::min(most, *hints.max_length), 0);
  const std::string digits = std::to_string(seed.ordinal + 1);
  const std::string word = word_of(seed.label);
  std::string value = word + digits;
  if (word.find("mail") != std::string::npos) value += "@example.org";
  if (word.find("url") != std::string::npos) value = "https://example.org/" + digits;
  if (static_cast<int>(value.size()) > most) {
    const int room = most - static_cast<int>(digits.size());
    value =
        room > 0 ? word.substr(0, static_cast<size_t>(room)) + digits : coded(seed.ordinal, most);
  }
  const int least = std::min(hints.min_length.value_or(0), most);
  while (static_cast<int>(value.size()) < least) value.insert(value.begin(), 'x');
  if (hints.upper_case) {
    for (char& c : value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return value;
}

std::string hexadecimal(std::string_view bytes) {
  std::string digits;
  for (const char c : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
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

std::string date(const ValueHints& hints, const ValueSeed& seed) {
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

std::string time_of_day(std::int64_t ordinal) {
  const std::int64_t minute = 8 * 60 + ordinal;
  return fmt::format("{:02}:{:02}:00", minute / 60 % 24, minute % 60);
}

std::string uuid(const ValueSeed& seed) {
  const std::uint64_t hash = stable_hash(seed.label);
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", hash >> 32U, hash >> 16U & 0xffffU,
                     hash >> 4U & 0xfffU, (seed.ordinal >> 44U) & 0xfff, seed.ordinal + 1);
}

struct KnownValue {
  std::string_view type;
  std::string_view value;  ///< {0} is the ordinal and {1} the same below 200
};

// Types that no kind is for, as they write their own values.
constexpr std::array kValues = {
    KnownValue{"inet", "10.0.0.{1}"},
    KnownValue{"cidr", "10.{1}.0.0/16"},
    KnownValue{"macaddr", "08:00:2b:01:02:{1:02x}"},
    KnownValue{"macaddr8", "08:00:2b:01:02:03:04:{1:02x}"},
    KnownValue{"point", "({0},1)"},
    KnownValue{"line", "{{1,-1,{0}}}"},
    KnownValue{"lseg", "[(0,0),({0},1)]"},
    KnownValue{"box", "({0},1),(0,0)"},
    KnownValue{"path", "((0,0),({0},1))"},
    KnownValue{"polygon", "((0,0),({0},0),({0},1))"},
    KnownValue{"circle", "<(0,0),{0}>"},
    KnownValue{"tsvector", "'word{0}'"},
    KnownValue{"tsquery", "'word{0}'"},
    KnownValue{"pg_lsn", "0/{0:X}"},
    KnownValue{"jsonpath", "$.\"a{0}\""},
    KnownValue{"regclass", "pg_class"},
    KnownValue{"regtype", "integer"},
    KnownValue{"xid", "{0}"},
    KnownValue{"cid", "{0}"},
    KnownValue{"tid", "(0,{0})"},
    KnownValue{"hstore", "\"a\"=>\"{0}\""},
    KnownValue{"ltree", "a.b{0}"},
    KnownValue{"lquery", "a.b{0}"},
    KnownValue{"cube", "({0}, 1)"},
    KnownValue{"isbn", "0-8493-9640-9"},
    KnownValue{"geometry", "POINT({1} 1)"},
    KnownValue{"geography", "POINT({1} 1)"},
};

std::optional<std::string> of_other(const ValueType& type, std::int64_t ordinal) {
  // Extensions may live in a schema of their own.
  const std::string_view name = std::string_view(type.name).substr(type.name.rfind('.') + 1);
  const auto* const known = std::find_if(kValues.begin(), kValues.end(),
                                         [&](const KnownValue& v) { return v.type == name; });
  if (known == kValues.end()) return std::nullopt;
  return fmt::format(fmt::runtime(known->value), ordinal + 1, ordinal % 199 + 1);
}

/// `value` between double quotes, as arrays and composites hold their parts.
std::string quoted(const std::optional<std::string>& value) {
  std::string text = "\"";
  for (const char c : value.value_or("")) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text += '"';
}

std::optional<std::string> part(const ValueType& type, const ValueSeed& seed) {
  std::optional<std::string> value = make_value(type, hints_of(type), seed);
  if (value && type.kind == ValueKind::bytes) value = "\\x" + *value;
  return value;
}

std::optional<std::string> of_parts(const ValueType& type, const ValueSeed& seed) {
  std::vector<std::string> parts;
  if (type.kind == ValueKind::range || type.kind == ValueKind::multirange) {
    // Far enough apart that no two of them meet.
    ValueSeed bound = seed;
    for (const std::int64_t within_ten : {1, 6}) {
      bound.ordinal = seed.ordinal * 10 + within_ten;
      const auto value = part(type.parts.at(0), bound);
      if (!value) return std::nullopt;
      parts.push_back(quoted(value));
    }
    const std::string range = fmt::format("[{},{})", parts[0], parts[1]);
    return type.kind == ValueKind::range ? range : "{" + range + "}";
  }
  for (const ValueType& inner : type.parts) {
    const auto value = part(inner, seed);
    if (!value) return std::nullopt;
    parts.push_back(quoted(value));
  }
  const bool is_array = type.kind == ValueKind::array;
  return (is_array ? "{" : "(") + joined(parts, ",") + (is_array ? "}" : ")");
}

std::string bits(const ValueType& type, std::int64_t ordinal) {
  const int width = type.length > 0 ? type.length : 8;
  std::string digits;
  for (int i = 0; i < width; ++i) {
    digits.insert(digits.begin(), ((ordinal + 1) >> std::min(i, 62) & 1) != 0 ? '1' : '0');
  }
  return digits;
}

std::string timestamp(const ValueType& type, const ValueHints& hints, const ValueSeed& seed) {
  return date(hints, seed) + " 10:20:30" + (type.has_zone ? "+00" : "");
}

}  // namespace

std::optional<std::string> make_value(const ValueType& type, const ValueHints& hints,
                                      const ValueSeed& seed) {
  const std::int64_t ordinal = seed.ordinal;
  const auto nth = [&](const std::vector<std::string>& values) -> std::optional<std::string> {
    if (values.empty()) return std::nullopt;
    return values[static_cast<size_t>(ordinal) % values.size()];
  };
  if (hints.is_null) return std::nullopt;
  if (!hints.choices.empty()) return nth(hints.choices);
  if (!hints.regex.empty()) {
    if (auto value = text_for_regex(hints.regex, ordinal)) return value;
  }
  switch (type.kind) {
    case ValueKind::boolean:
      return ordinal % 2 == 0 ? "1" : "0";
    case ValueKind::integer:
      return integer(hints, seed);
    case ValueKind::number:
      return number(type, hints, seed);
    case ValueKind::text:
      return text(type, hints, seed);
    case ValueKind::bytes:
      return hexadecimal(text(type, hints, seed));
    case ValueKind::bits:
      return bits(type, ordinal);
    case ValueKind::uuid:
      return uuid(seed);
    case ValueKind::date:
      return date(hints, seed);
    case ValueKind::time:
      return time_of_day(ordinal) + (type.has_zone ? "+00" : "");
    case ValueKind::timestamp:
      return timestamp(type, hints, seed);
    case ValueKind::interval:
      return fmt::format("{} hours", ordinal + 1);
    case ValueKind::json:
      return fmt::format("{{\"{}\": {}}}", word_of(seed.label), ordinal + 1);
    case ValueKind::xml:
      return fmt::format("<value>{}</value>", ordinal + 1);
    case ValueKind::enumeration:
      return nth(type.labels);
    case ValueKind::array:
    case ValueKind::range:
    case ValueKind::multirange:
    case ValueKind::composite:
      return of_parts(type, seed);
    case ValueKind::other:
      return of_other(type, ordinal);
  }
  return std::nullopt;
}

}  // namespace harness
