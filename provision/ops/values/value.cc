#include "provision/ops/values/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/stable_hash.h"
#include "provision/base/text.h"
#include "provision/ops/values/hints.h"
#include "provision/ops/values/ordered_value.h"
#include "provision/ops/values/pattern.h"

namespace provision::values {
namespace {

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
  return date_value(hints, seed) + " 10:20:30" + (type.has_zone ? "+00" : "");
}

std::optional<std::string> nth(const std::vector<std::string>& values, std::int64_t ordinal) {
  if (values.empty()) return std::nullopt;
  return values[static_cast<size_t>(ordinal) % values.size()];
}

std::optional<std::string> of_kind(const ValueType& type, const ValueHints& hints,
                                   const ValueSeed& seed) {
  switch (type.kind) {
    case ValueKind::boolean:
      return seed.ordinal % 2 == 0 ? "1" : "0";
    case ValueKind::integer:
      return integer_value(hints, seed);
    case ValueKind::number:
      return number_value(type, hints, seed);
    case ValueKind::text:
      return text(type, hints, seed);
    case ValueKind::bytes:
      return hexadecimal(text(type, hints, seed));
    case ValueKind::bits:
      return bits(type, seed.ordinal);
    case ValueKind::uuid:
      return uuid(seed);
    case ValueKind::date:
      return date_value(hints, seed);
    case ValueKind::time:
      return time_of_day(seed.ordinal) + (type.has_zone ? "+00" : "");
    case ValueKind::timestamp:
      return timestamp(type, hints, seed);
    case ValueKind::interval:
      return fmt::format("{} hours", seed.ordinal + 1);
    case ValueKind::json:
      return fmt::format("{{\"{}\": {}}}", word_of(seed.label), seed.ordinal + 1);
    case ValueKind::xml:
      return fmt::format("<value>{}</value>", seed.ordinal + 1);
    case ValueKind::enumeration:
      return nth(type.labels, seed.ordinal);
    case ValueKind::other:
      return of_other(type, seed.ordinal);
    default:
      return of_parts(type, seed);
  }
}

}  // namespace

std::optional<std::string> make_value(const ValueType& type, const ValueHints& hints,
                                      const ValueSeed& seed) {
  if (hints.is_null) return std::nullopt;
  if (!hints.choices.empty()) return nth(hints.choices, seed.ordinal);
  if (!hints.regex.empty()) {
    if (auto value = text_for_regex(hints.regex, seed.ordinal)) return value;
  }
  return of_kind(type, hints, seed);
}

}  // namespace provision::values
