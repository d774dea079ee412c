#include "provision/engine/row_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provision/base/text.h"

namespace provision {
namespace {

struct KnownType {
  std::string_view name;
  ValueKind kind;
};

constexpr std::array kTypes = {
    KnownType{"bool", ValueKind::boolean},
    KnownType{"boolean", ValueKind::boolean},
    KnownType{"smallint", ValueKind::integer},
    KnownType{"int2", ValueKind::integer},
    KnownType{"tinyint", ValueKind::integer},
    KnownType{"mediumint", ValueKind::integer},
    KnownType{"int", ValueKind::integer},
    KnownType{"integer", ValueKind::integer},
    KnownType{"int4", ValueKind::integer},
    KnownType{"int8", ValueKind::integer},
    KnownType{"bigint", ValueKind::integer},
    KnownType{"oid", ValueKind::integer},
    KnownType{"numeric", ValueKind::number},
    KnownType{"decimal", ValueKind::number},
    KnownType{"real", ValueKind::number},
    KnownType{"float", ValueKind::number},
    KnownType{"float4", ValueKind::number},
    KnownType{"float8", ValueKind::number},
    KnownType{"double", ValueKind::number},
    KnownType{"double precision", ValueKind::number},
    KnownType{"money", ValueKind::number},
    KnownType{"text", ValueKind::text},
    KnownType{"clob", ValueKind::text},
    KnownType{"varchar", ValueKind::text},
    KnownType{"nvarchar", ValueKind::text},
    KnownType{"character varying", ValueKind::text},
    KnownType{"character", ValueKind::text},
    KnownType{"char", ValueKind::text},
    KnownType{"\"char\"", ValueKind::text},
    KnownType{"bpchar", ValueKind::text},
    KnownType{"name", ValueKind::text},
    KnownType{"citext", ValueKind::text},
    KnownType{"bytea", ValueKind::bytes},
    KnownType{"blob", ValueKind::bytes},
    KnownType{"binary", ValueKind::bytes},
    KnownType{"varbinary", ValueKind::bytes},
    KnownType{"bit", ValueKind::bits},
    KnownType{"bit varying", ValueKind::bits},
    KnownType{"varbit", ValueKind::bits},
    KnownType{"uuid", ValueKind::uuid},
    KnownType{"guid", ValueKind::uuid},
    KnownType{"date", ValueKind::date},
    KnownType{"time", ValueKind::time},
    KnownType{"timetz", ValueKind::time},
    KnownType{"timestamp", ValueKind::timestamp},
    KnownType{"timestamptz", ValueKind::timestamp},
    KnownType{"datetime", ValueKind::timestamp},
    KnownType{"interval", ValueKind::interval},
    KnownType{"json", ValueKind::json},
    KnownType{"jsonb", ValueKind::json},
    KnownType{"xml", ValueKind::xml},
};

constexpr std::string_view kWithZone = " with time zone";
constexpr std::string_view kWithoutZone = " without time zone";

/// The range type over `bound`, as "[a,b)" is a value of it.
ValueType range_over(std::string_view bound, ValueKind kind, ValueType type) {
  type.kind = kind;
  type.parts = {value_type(bound)};
  return type;
}

/// Ranges that servers have without being told of them.
ValueType with_range(ValueType type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kRanges = {
      {{"int4", "integer"},
       {"int8", "bigint"},
       {"num", "numeric"},
       {"ts", "timestamp"},
       {"tstz", "timestamptz"},
       {"date", "date"}}};
  for (const auto& [prefix, bound] : kRanges) {
    if (type.name == std::string(prefix) + "range") {
      return range_over(bound, ValueKind::range, std::move(type));
    }
    if (type.name == std::string(prefix) + "multirange") {
      return range_over(bound, ValueKind::multirange, std::move(type));
    }
  }
  return type;
}

/// What stands between the parentheses of "numeric(10,2)", as numbers.
std::vector<int> modifiers_of(std::string_view text) {
  std::vector<int> numbers;
  for (const std::string& part : split_list(text)) {
    const bool is_number = part.size() < 9 && std::all_of(part.begin(), part.end(), [](char c) {
                             return c >= '0' && c <= '9';
                           });
    if (is_number) numbers.push_back(std::stoi(part));
  }
  return numbers;
}

void set_modifiers(ValueType& type, const std::vector<int>& modifiers) {
  const bool is_fixed = type.name == "character" || type.name == "char" || type.name == "bit" ||
                        type.name == "\"char\"";
  switch (type.kind) {
    case ValueKind::text:
    case ValueKind::bits:
      type.length = !modifiers.empty() ? modifiers[0] : (is_fixed ? 1 : 0);
      break;
    case ValueKind::number:
      if (!modifiers.empty()) type.precision = modifiers[0];
      if (!modifiers.empty()) type.scale = modifiers.size() > 1 ? modifiers[1] : 0;
      if (type.name == "money") type.scale = 2;
      break;
    default:
      break;
  }
}

}  // namespace

ValueType value_type(std::string_view declared) {
  ValueType type;
  type.spelled = std::string(trimmed(declared));
  std::string text = lower(type.spelled);
  if (text.ends_with("[]")) {
    type.kind = ValueKind::array;
    type.name = text;
    type.parts = {value_type(type.spelled.substr(0, type.spelled.size() - 2))};
    return type;
  }
  type.has_zone = text.ends_with(kWithZone) || text.ends_with("tz");
  for (const std::string_view zone : {kWithZone, kWithoutZone}) {
    if (text.ends_with(zone)) text.resize(text.size() - zone.size());
  }
  std::vector<int> modifiers;
  const size_t open = text.find('(');
  const size_t close = text.find(')', open);
  if (open != std::string::npos && close != std::string::npos) {
    modifiers = modifiers_of(std::string_view(text).substr(open + 1, close - open - 1));
    text.erase(open, close - open + 1);
  }
  type.name = std::string(trimmed(text));
  // Fields of an interval: "interval day to second".
  if (type.name.starts_with("interval ")) type.name = "interval";
  const auto* const known = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const KnownType& t) { return t.name == type.name; });
  if (known == kTypes.end()) return with_range(std::move(type));
  type.kind = known->kind;
  set_modifiers(type, modifiers);
  return type;
}

const RuledColumn* RowRules::column(std::string_view column_name) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const RuledColumn& c) { return c.name == column_name; });
  return found == columns.end() ? nullptr : &*found;
}

bool RowRules::requires_target(const ReferenceRule& reference) const {
  return std::all_of(reference.columns.begin(), reference.columns.end(), [&](const std::string& c) {
    const RuledColumn* found = column(c);
    return found != nullptr && found->not_null;
  });
}

}  // namespace provision
