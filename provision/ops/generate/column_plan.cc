#include "provision/ops/generate/column_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/ops/generate/default_plan.h"

namespace provision {
namespace {

using Kind = GeneratorKind;

/// One column of the rows that a reference may point to.
class ParentColumn : public CountedValues {
 public:
  ParentColumn(std::shared_ptr<const ParentRows> rows, std::string column)
      : rows_(std::move(rows)), column_(std::move(column)) {}

  std::uint64_t count() const override { return rows_->count(); }
  bool write(std::uint64_t index, std::string& into) const override {
    return rows_->write(index, column_, into);
  }

 private:
  std::shared_ptr<const ParentRows> rows_;
  std::string column_;
};

class Planning {
 public:
  Planning(const SeedTable& seed, const RowRules& rules, const FindParents& parents)
      : seed_(seed), rules_(rules), parents_(parents), hints_(values::hints_of(rules)) {}

  std::vector<ColumnPlan> run() && {
    check_written();
    for (const RuledColumn& column : rules_.columns) plan(column);
    for (const ReferenceRule& reference : rules_.references) refer(reference);
    refuse_lone_references();
    std::erase_if(plans_, [](const ColumnPlan& plan) {
      return plan.generator.kind == Kind::database_default;
    });
    return std::move(plans_);
  }

 private:
  const Generation& generation() const { return *seed_.generate; }

  void check_written() const {
    std::vector<std::string> names;
    for (const RuledColumn& column : rules_.columns) names.push_back(column.name);
    for (const auto& [name, generator] : generation().columns) {
      const RuledColumn* column = rules_.column(name);
      if (column == nullptr) {
        throw usage_error(generator.place,
                          fmt::format("table '{}' has no column '{}'", seed_.table, name),
                          name_hint(name, names));
      }
      if (column->generated && generator.kind != Kind::database_default) {
        throw usage_error(
            generator.place,
            fmt::format("column '{}.{}' is generated: no value can be given", seed_.table, name));
      }
      if (column->not_null && generator.nulls_per_million > 0) {
        throw usage_error(generator.place,
                          fmt::format("column '{}.{}' is NOT NULL: it can have no 'null_rate'",
                                      seed_.table, name));
      }
    }
  }

  void plan(const RuledColumn& column) {
    if (column.generated) return;
    const auto& written = generation().columns;
    const auto found = std::find_if(written.begin(), written.end(),
                                    [&](const auto& entry) { return entry.first == column.name; });
    const bool is_written = found != written.end();
    // Columns that the CHECKs put in an order are made from the same number.
    const std::string label =
        is_written ? column.name : values::rank_of(hints_.ways[0], column.name).label;
    ColumnPlan plan{.column = &column,
                    .generator = {.place = seed_.place},
                    .is_written = is_written,
                    .chance = Chance(generation().set, seed_.table, label, generation().seed)};
    if (is_written) plan.generator = found->second;
    const bool is_reference = is_in_reference(column.name);
    if (plan.generator.kind == Kind::by_type && !is_reference) plan_by_type(plan, rules_, hints_);
    if (plan.generator.kind == Kind::by_type && is_reference) plan.generator.kind = Kind::reference;
    count_values(plan);
    plans_.push_back(std::move(plan));
  }

  bool is_in_reference(const std::string& column) const {
    return std::any_of(rules_.references.begin(), rules_.references.end(),
                       [&](const ReferenceRule& reference) {
                         const auto& columns = reference.columns;
                         return std::find(columns.begin(), columns.end(), column) != columns.end();
                       });
  }

  /// What a generator of ranges and equal choices counts.
  static void count_values(ColumnPlan& plan) {
    const Generator& generator = plan.generator;
    if (plan.values != nullptr) return;
    if (generator.kind == Kind::range || generator.kind == Kind::date ||
        generator.kind == Kind::timestamp) {
      plan.values = counted_range(generator, plan.column->type.has_zone);
    } else if (generator.kind == Kind::choice) {
      const std::int64_t first = generator.choices[0].second;
      std::vector<std::string> values;
      for (const auto& [value, weight] : generator.choices) {
        if (weight != first) return;
        values.push_back(value);
      }
      plan.values = counted_list(std::move(values));
    }
  }

  ColumnPlan* plan_of(const std::string& column) {
    const auto found = std::find_if(plans_.begin(), plans_.end(), [&](const ColumnPlan& plan) {
      return plan.column->name == column;
    });
    return found == plans_.end() ? nullptr : &*found;
  }

  /// Gives the columns of a reference the values of one row; not where one of them has others.
  void refer(const ReferenceRule& reference) {
    std::vector<ColumnPlan*> plans;
    for (const std::string& column : reference.columns) {
      ColumnPlan* const plan = plan_of(column);
      if (plan == nullptr || plan->generator.kind != Kind::reference) return;
      if (plan->values == nullptr && !plan->is_null) plans.push_back(plan);
    }
    if (plans.size() != reference.columns.size()) return;
    const auto rows = parents_(reference);
    const bool is_own = reference.target_id() == rules_.id();
    if (rows->count() == 0 && !is_own) return refer_to_nothing(reference, plans);
    for (size_t i = 0; i < plans.size(); ++i) {
      ColumnPlan& plan = *plans[i];
      plan.values = std::make_shared<ParentColumn>(rows, reference.target_columns[i]);
      plan.reference = &reference;
      // All of them go by the first one, so that they stay with one row.
      plan.chance = plans[0]->chance;
      plan.choosing.way = plans[0]->generator.zipf ? Choosing::Way::zipf : Choosing::Way::any;
      if (is_own)
        plan.choosing = {.way = Choosing::Way::earlier,
                         .first_is_null = !rules_.requires_target(reference)};
    }
  }

  void refer_to_nothing(const ReferenceRule& reference, const std::vector<ColumnPlan*>& plans) {
    if (!rules_.requires_target(reference)) {
      for (ColumnPlan* plan : plans) plan->is_null = !plan->column->not_null;
      return;
    }
    throw usage_error(plans[0]->generator.place,
                      fmt::format("column '{}.{}' refers to table '{}', which has no rows",
                                  seed_.table, plans[0]->column->name, reference.target_id()),
                      "let it have rows in this set, or in one before it");
  }

  void refuse_lone_references() {
    for (const ColumnPlan& plan : plans_) {
      if (plan.generator.kind != Kind::reference || plan.values != nullptr || plan.is_null)
        continue;
      const bool is_part = is_in_reference(plan.column->name);
      throw usage_error(
          plan.generator.place,
          is_part
              ? fmt::format("column '{}.{}' refers to a row together with others that have "
                            "generators of their own",
                            seed_.table, plan.column->name)
              : fmt::format("column '{}.{}' refers to no table", seed_.table, plan.column->name),
          is_part ? "leave those to 'fk', or give this one a generator too"
                  : "'fk' is for columns of a foreign key");
    }
  }

  const SeedTable& seed_;
  const RowRules& rules_;
  const FindParents& parents_;
  values::TableHints hints_;
  std::vector<ColumnPlan> plans_;
};

constexpr std::int64_t kAll = 1'000'000;

std::unique_ptr<ColumnMaker> plain_maker_of(const ColumnPlan& plan) {
  const Generator& generator = plan.generator;
  if (plan.values != nullptr) return counted_maker(plan.values, plan.choosing, plan.chance);
  if (plan.hinted) return hinted_maker(*plan.hinted, plan.chance);
  if (plan.is_uuid) return uuid_maker(plan.chance);
  const int length = plan.column->type.length;
  switch (generator.kind) {
    case Kind::sequence:
      return sequence_maker(generator);
    case Kind::choice:
      return weighted_maker(generator, plan.chance);
    case Kind::words:
      return words_maker(generator, plan.chance, plan.numbered, length);
    case Kind::name:
      return name_maker(generator, plan.chance, plan.numbered, length);
    case Kind::email:
      return email_maker(generator, plan.chance);
    case Kind::pattern:
      return template_maker(generator, plan.chance);
    default:
      return constant_maker(generator.text);
  }
}

bool has_number(const std::vector<TemplatePart>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const TemplatePart& part) {
    return part.kind == TemplatePart::Kind::number;
  });
}

}  // namespace

bool ColumnPlan::is_apart() const {
  if (is_null) return true;
  if (hinted) return hinted->apart;
  return is_uuid || numbered || generator.kind == Kind::sequence || generator.kind == Kind::email ||
         (generator.kind == Kind::pattern && has_number(generator.parts));
}

std::vector<ColumnPlan> plan_columns(const SeedTable& seed, const RowRules& rules,
                                     const FindParents& parents) {
  return Planning(seed, rules, parents).run();
}

std::unique_ptr<ColumnMaker> maker_of(const ColumnPlan& plan) {
  if (plan.is_null) return maker_with_nulls(constant_maker({}), kAll, plan.chance);
  return maker_with_nulls(plain_maker_of(plan), plan.generator.nulls_per_million, plan.chance);
}

}  // namespace provision
