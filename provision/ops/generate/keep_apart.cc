// Unique columns: which of them see to it that no two rows are the same, and how.
#include <fmt/format.h>

#include <algorithm>

#include "provision/base/text.h"
#include "provision/ops/generate/column_plan.h"

namespace provision {
namespace {

using Kind = GeneratorKind;

// So many combinations are more than rows, and still a number.
constexpr std::uint64_t kPlenty = std::uint64_t{1} << 40U;
constexpr std::uint64_t kMost = std::uint64_t{1} << 62U;

class KeepingApart {
 public:
  KeepingApart(std::vector<ColumnPlan>& all, const SeedTable& seed, const UniqueRule& key)
      : all_(all), seed_(seed), key_(key) {
    for (const std::string& name : key.columns) {
      for (ColumnPlan& plan : all) {
        if (plan.column->name == name) plans_.push_back(&plan);
      }
    }
  }

  void run() {
    // What the database fills in it keeps apart itself; NULL is never the same as NULL.
    if (plans_.size() < key_.columns.size() || seed_.generate->rows < 2) return;
    const bool is_done = std::any_of(plans_.begin(), plans_.end(), [](const ColumnPlan* plan) {
      return plan->is_apart() || plan->choosing.way == Choosing::Way::apart ||
             plan->choosing.way == Choosing::Way::earlier;
    });
    if (!is_done && !number_one()) combine();
  }

 private:
  /// Lets one column be different in each row, if there is one that can.
  bool number_one() {
    for (ColumnPlan* plan : plans_) {
      if (plan->values != nullptr) continue;
      if (plan->hinted) {
        plan->hinted->apart = true;
        return true;
      }
      if (plan->generator.kind == Kind::words || plan->generator.kind == Kind::name) {
        plan->numbered = true;
        return true;
      }
    }
    return false;
  }

  /// Gives each row another combination of the values that can be counted.
  void combine() {
    std::uint64_t combinations = 1;
    std::vector<ColumnPlan*> combined;
    for (ColumnPlan* plan : plans_) {
      if (plan->values == nullptr || combinations >= kPlenty || is_with(combined, *plan)) continue;
      plan->choosing.divisor = combinations;
      combinations *= std::min(plan->values->count(), kMost / combinations);
      combined.push_back(plan);
    }
    if (combinations < static_cast<std::uint64_t>(seed_.generate->rows)) refuse(combinations);
    const Chance chance = combined.at(0)->chance;
    for (ColumnPlan* plan : combined) {
      refuse_uneven(*plan);
      const Choosing choosing{
          .way = Choosing::Way::apart, .apart = combinations, .divisor = plan->choosing.divisor};
      for (ColumnPlan& other : all_) {
        const bool is_same =
            plan == &other || (plan->reference != nullptr && plan->reference == other.reference);
        if (!is_same) continue;
        other.choosing = choosing;
        other.chance = chance;
      }
    }
  }

  /// True if a column of the same reference is there already: they have one choice together.
  static bool is_with(const std::vector<ColumnPlan*>& combined, const ColumnPlan& plan) {
    return plan.reference != nullptr &&
           std::any_of(combined.begin(), combined.end(),
                       [&](const ColumnPlan* other) { return other->reference == plan.reference; });
  }

  /// The place of a generator that someone wrote, if there is one.
  Place place() const {
    for (const ColumnPlan* plan : plans_) {
      if (plan->is_written) return plan->generator.place;
    }
    return seed_.place;
  }

  std::string named() const {
    return fmt::format("{} of table '{}'", joined(key_.columns, ", "), seed_.table);
  }

  [[noreturn]] void refuse(std::uint64_t combinations) const {
    throw usage_error(
        place(),
        fmt::format("{} must be unique, and {} for {} are too few", named(),
                    counted(static_cast<std::int64_t>(combinations), "different value"),
                    counted(seed_.generate->rows, "row")),
        "fewer rows, or a generator with more values: sequence, a wider range, a template with "
        "{n}");
  }

  void refuse_uneven(const ColumnPlan& plan) const {
    if (plan.choosing.way != Choosing::Way::zipf) return;
    throw usage_error(
        plan.generator.place,
        fmt::format("{} must be unique: column '{}' cannot be 'zipf'", named(), plan.column->name),
        "what is unique is spread evenly: leave the distribution out");
  }

  std::vector<ColumnPlan>& all_;
  const SeedTable& seed_;
  const UniqueRule& key_;
  std::vector<ColumnPlan*> plans_;
};

}  // namespace

void keep_apart(std::vector<ColumnPlan>& plans, const SeedTable& seed, const RowRules& rules) {
  for (const UniqueRule& key : rules.keys) KeepingApart(plans, seed, key).run();
}

}  // namespace provision
