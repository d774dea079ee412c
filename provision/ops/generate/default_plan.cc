#include "provision/ops/generate/default_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "provision/base/text.h"

namespace provision {
namespace {

using Kind = GeneratorKind;

constexpr int kShortText = 40;
constexpr std::int64_t kLargest = 1000;

std::int64_t day(int year, unsigned month, unsigned of_month) {
  return std::chrono::sys_days(std::chrono::year_month_day{std::chrono::year(year),
                                                           std::chrono::month(month),
                                                           std::chrono::day(of_month)})
      .time_since_epoch()
      .count();
}

bool is_unique(const RowRules& rules, const std::string& column) {
  return std::any_of(rules.keys.begin(), rules.keys.end(), [&](const UniqueRule& key) {
    return key.columns.size() == 1 && key.columns[0] == column;
  });
}

bool has_order(const values::Way& way, const std::string& column) {
  const auto names_it = [&](const auto& pair) {
    return pair.first == column || pair.second == column;
  };
  return std::any_of(way.ascending.begin(), way.ascending.end(), names_it) ||
         std::any_of(way.equal.begin(), way.equal.end(), names_it);
}

/// The days or moments of six years.
Generator some_years(Kind kind) {
  constexpr std::int64_t kDaySeconds = 86'400;
  const std::int64_t first = day(2020, 1, 1);
  const std::int64_t last = day(2025, 12, 31);
  if (kind == Kind::date) return {.kind = kind, .from = first, .to = last};
  return {.kind = kind, .from = first * kDaySeconds, .to = (last + 1) * kDaySeconds - 1};
}

Generator some_numbers(const ValueType& type) {
  Generator range{.kind = Kind::range, .from = 1, .to = kLargest};
  if (type.kind != ValueKind::number) return range;
  range.scale = std::clamp(type.scale < 0 ? 2 : type.scale, 0, 9);
  for (int i = 0; i < range.scale; ++i) range.to *= 10;
  std::int64_t most = 1;
  for (int i = 0; i < std::min(type.precision, 17); ++i) most *= 10;
  if (type.precision > 0) range.to = std::min(range.to, most - 1);
  return range;
}

/// Texts by the name of the column.
Generator some_text(const RuledColumn& column) {
  const std::string name = lower(column.name);
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("mail")) return {.kind = Kind::email, .text = "example.com"};
  if (has("first") && has("name")) return {.kind = Kind::name, .text = "first"};
  if ((has("last") || has("sur") || has("family")) && has("name")) {
    return {.kind = Kind::name, .text = "last"};
  }
  if (name == "name" || name == "full_name") return {.kind = Kind::name, .text = "full"};
  return {.kind = Kind::words, .from = 2, .to = 6};
}

class Default {
 public:
  Default(ColumnPlan& plan, const RowRules& rules, const values::TableHints& hints)
      : plan_(plan),
        column_(*plan.column),
        type_(plan.column->type),
        way_(hints.ways[0]),
        is_unique_(is_unique(rules, plan.column->name)) {}

  void fill() {
    const auto known = way_.columns.find(column_.name);
    if (known != way_.columns.end()) {
      if (known->second.is_null) {
        plan_.is_null = true;
      } else if (!known->second.choices.empty()) {
        list(known->second.choices);
      } else {
        hint(known->second);
      }
    } else if (has_order(way_, column_.name)) {
      hint({});
    } else {
      fill_by_kind();
    }
  }

 private:
  void fill_by_kind() {
    switch (type_.kind) {
      case ValueKind::boolean:
        return list({"true", "false"});
      case ValueKind::integer:
        return is_unique_ ? take({.kind = Kind::sequence, .from = 1}) : take(some_numbers(type_));
      case ValueKind::number:
        return is_unique_ ? hint({}) : take(some_numbers(type_));
      case ValueKind::text:
        return fill_text();
      case ValueKind::date:
        return is_unique_ ? hint({}) : take(some_years(Kind::date));
      case ValueKind::timestamp:
        return take(some_years(Kind::timestamp));
      case ValueKind::uuid:
        plan_.is_uuid = true;
        return;
      case ValueKind::enumeration:
        return list(type_.labels);
      default:
        return hint_or_leave();
    }
  }

  void fill_text() {
    if (type_.length > 0 && type_.length < kShortText) return hint({});
    if (!is_unique_ && !column_.default_text.empty()) {
      return take({.kind = Kind::constant, .text = column_.default_text});
    }
    take(some_text(column_));
  }

  void take(Generator generator) {
    generator.place = plan_.generator.place;
    generator.nulls_per_million = plan_.generator.nulls_per_million;
    plan_.generator = std::move(generator);
  }

  void list(std::vector<std::string> values) { plan_.values = counted_list(std::move(values)); }

  void hint(const values::ValueHints& hints) {
    plan_.hinted = HintedValues{type_, hints, values::rank_of(way_, column_.name), is_unique_};
  }

  void hint_or_leave() {
    if (values::make_value(type_, {}, {column_.name, 0})) return hint({});
    if (!column_.not_null || column_.has_default) {
      plan_.generator.kind = Kind::database_default;
      return;
    }
    throw usage_error(
        plan_.generator.place,
        fmt::format("no value is known for column '{}' of type '{}'", column_.name, type_.name),
        "say one under 'columns': {constant: ...}");
  }

  ColumnPlan& plan_;
  const RuledColumn& column_;
  const ValueType& type_;
  const values::Way& way_;
  bool is_unique_;
};

}  // namespace

void plan_by_type(ColumnPlan& plan, const RowRules& rules, const values::TableHints& hints) {
  Default(plan, rules, hints).fill();
}

}  // namespace provision
