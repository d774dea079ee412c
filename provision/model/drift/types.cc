// Types of columns: which takes in what another one holds.
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "provision/base/text.h"
#include "provision/model/drift/meaning.h"

namespace provision {
namespace {

constexpr Meaning kSame = shows("both hold the same values");
constexpr Meaning kOther = breaks("its values are of another type");
constexpr Meaning kWider = risks("it takes in values that are larger than expected");
constexpr Meaning kShorter = breaks("writes of longer values fail");
constexpr Meaning kNarrower = breaks("writes of larger values fail");
constexpr Meaning kRounder = breaks("its values are rounded");

constexpr int kUnlimited = std::numeric_limits<int>::max();

/// "numeric(12,2)[]" in its parts.
struct Type {
  std::string name;  ///< without what stands in parentheses, and without "[]"
  std::vector<int> modifiers;
  std::string others;  ///< what stands in parentheses and is no list of numbers
  int dimensions = 0;
};

std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  for (const std::string& word : split_list(text)) {
    int number = 0;
    const auto [end, trouble] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (trouble != std::errc() || end != word.data() + word.size()) return {};
    numbers.push_back(number);
  }
  return numbers;
}

Type parsed(std::string_view text) {
  Type type;
  for (; text.ends_with("[]"); text.remove_suffix(2)) ++type.dimensions;
  const size_t open = text.find('(');
  const size_t close = text.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    type.name = text;
    return type;
  }
  type.name = std::string(text.substr(0, open)).append(text.substr(close + 1));
  const std::string_view inside = text.substr(open + 1, close - open - 1);
  type.modifiers = numbers_of(inside);
  if (type.modifiers.empty()) type.others = inside;
  return type;
}

/// Which of two limits is the lower one.
Meaning by_limit(int expected, int actual, Meaning lower) {
  if (expected == actual) return kSame;
  return actual < expected ? lower : kWider;
}

/// Digits before and behind the point.
Meaning by_digits(const Type& expected, const Type& actual) {
  if (expected.modifiers == actual.modifiers) return kSame;
  if (actual.modifiers.empty()) return kWider;
  const auto scale = [](const Type& type) {
    return type.modifiers.size() > 1 ? type.modifiers[1] : 0;
  };
  const auto whole = [&scale](const Type& type) { return type.modifiers[0] - scale(type); };
  if (expected.modifiers.empty() || whole(actual) < whole(expected)) return kNarrower;
  return scale(actual) < scale(expected) ? kRounder : kWider;
}

int first_modifier(const Type& type, int without) {
  return type.modifiers.empty() ? without : type.modifiers.front();
}

/// Two types of one name.
Meaning by_modifiers(const Type& expected, const Type& actual) {
  if (expected.others != actual.others) return kOther;
  if (expected.name == "numeric") return by_digits(expected, actual);
  if (expected.name.starts_with("time") || expected.name.starts_with("interval")) {
    constexpr int kMicroseconds = 6;
    return by_limit(first_modifier(expected, kMicroseconds), first_modifier(actual, kMicroseconds),
                    kRounder);
  }
  if (expected.name.find("char") != std::string::npos || expected.name.starts_with("bit")) {
    return by_limit(first_modifier(expected, kUnlimited), first_modifier(actual, kUnlimited),
                    kShorter);
  }
  return expected.modifiers == actual.modifiers ? kSame : kOther;
}

/// Types of which each takes in what those before it hold.
struct Wider {
  std::string_view type;
  std::string_view wider;
  Meaning back;  ///< what the narrower one is where the wider one is expected
};

constexpr std::array kWiderTypes = {
    Wider{"smallint", "integer", kNarrower},
    Wider{"smallint", "bigint", kNarrower},
    Wider{"integer", "bigint", kNarrower},
    Wider{"real", "double precision", kRounder},
};

Meaning by_names(const Type& expected, const Type& actual) {
  const auto is_text = [](const Type& type) {
    return type.name == "text" || type.name == "character varying";
  };
  if (is_text(expected) && is_text(actual)) {
    return by_limit(first_modifier(expected, kUnlimited), first_modifier(actual, kUnlimited),
                    kShorter);
  }
  for (const Wider& row : kWiderTypes) {
    if (row.type == expected.name && row.wider == actual.name) return kWider;
    if (row.type == actual.name && row.wider == expected.name) return row.back;
  }
  return kOther;
}

/// What a loose column makes of the values that are put in: its affinity.
std::string_view affinity(std::string_view type) {
  const std::string name = lower(type);
  const auto has = [&name](std::string_view word) { return name.find(word) != std::string::npos; };
  if (has("int")) return "integer";
  if (has("char") || has("clob") || has("text")) return "text";
  if (name.empty() || has("blob")) return "blob";
  return has("real") || has("floa") || has("doub") ? "real" : "numeric";
}

Meaning judge_loosely(std::string_view expected, std::string_view actual) {
  if (affinity(expected) != affinity(actual)) {
    return breaks("its values are stored and compared as another type");
  }
  if ((lower(expected) == "integer") != (lower(actual) == "integer")) {
    return risks("a key numbers new rows by itself only if its type is INTEGER");
  }
  return shows("its values are stored alike");
}

}  // namespace

Judgement judge_type(std::string_view expected, std::string_view actual, bool is_loose) {
  if (is_loose) return judge_loosely(expected, actual).judgement();
  const Type left = parsed(expected);
  const Type right = parsed(actual);
  if (left.dimensions != right.dimensions) return kOther.judgement();
  if (left.name == right.name) return by_modifiers(left, right).judgement();
  return by_names(left, right).judgement();
}

}  // namespace provision
