#include "provision/ops/generate/column_maker.h"

#include <fmt/format.h>

#include <algorithm>

namespace provision {
namespace {

// Draws that have a meaning of their own, beyond those of the values.
constexpr std::uint64_t kNullDraw = 1'000'001;

class CountedMaker : public ColumnMaker {
 public:
  CountedMaker(std::shared_ptr<const CountedValues> values, const Choosing& choosing,
               const Chance& chance)
      : values_(std::move(values)), choosing_(choosing), chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    switch (choosing_.way) {
      case Choosing::Way::any:
        return values_->write(chance_.below(values_->count(), row), into);
      case Choosing::Way::zipf:
        return values_->write(chance_.zipf(values_->count(), row), into);
      case Choosing::Way::earlier:
        if (row == 0) return !choosing_.first_is_null && values_->write(0, into);
        return values_->write(chance_.below(static_cast<std::uint64_t>(row), row), into);
      case Choosing::Way::apart:
        return values_->write(
            chance_.shuffled(choosing_.apart, row) / choosing_.divisor % values_->count(), into);
    }
    return false;
  }

 private:
  std::shared_ptr<const CountedValues> values_;
  Choosing choosing_;
  Chance chance_;
};

class WeightedMaker : public ColumnMaker {
 public:
  WeightedMaker(const Generator& generator, const Chance& chance) : chance_(chance) {
    for (const auto& [value, weight] : generator.choices) {
      ends_.push_back((ends_.empty() ? 0 : ends_.back()) + static_cast<std::uint64_t>(weight));
      values_.push_back(value);
    }
  }

  bool write(std::int64_t row, std::string& into) const override {
    const std::uint64_t drawn = chance_.below(ends_.back(), row);
    const auto end = std::upper_bound(ends_.begin(), ends_.end(), drawn);
    into += values_[static_cast<size_t>(end - ends_.begin())];
    return true;
  }

 private:
  std::vector<std::uint64_t> ends_;  ///< sums of the weights
  std::vector<std::string> values_;
  Chance chance_;
};

class SequenceMaker : public ColumnMaker {
 public:
  explicit SequenceMaker(const Generator& generator)
      : from_(generator.from), step_(generator.step) {}

  bool write(std::int64_t row, std::string& into) const override {
    const fmt::format_int digits(from_ + row * step_);
    into.append(digits.data(), digits.size());
    return true;
  }

 private:
  std::int64_t from_;
  std::int64_t step_;
};

class ConstantMaker : public ColumnMaker {
 public:
  explicit ConstantMaker(std::string text) : text_(std::move(text)) {}

  bool write(std::int64_t, std::string& into) const override {
    into += text_;
    return true;
  }

 private:
  std::string text_;
};

class UuidMaker : public ColumnMaker {
 public:
  explicit UuidMaker(const Chance& chance) : chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    const std::uint64_t high = chance_.draw(row, 0);
    const std::uint64_t low = chance_.draw(row, 1);
    fmt::format_to(std::back_inserter(into), "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
                   high >> 32U, high >> 16U & 0xffffU, high & 0xfffU, 8 + (low >> 62U),
                   low >> 48U & 0xfffU, low & 0xffff'ffff'ffffU);
    return true;
  }

 private:
  Chance chance_;
};

class HintedMaker : public ColumnMaker {
 public:
  HintedMaker(HintedValues hinted, const Chance& chance)
      : hinted_(std::move(hinted)), chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    constexpr std::uint64_t kValues = 1000;
    values::ValueSeed seed{hinted_.rank.label, row, false, true};
    if (!hinted_.apart) seed.ordinal = static_cast<std::int64_t>(chance_.below(kValues, row));
    seed.ordinal += hinted_.rank.above;
    const auto value = values::make_value(hinted_.type, hinted_.hints, seed);
    if (!value) return false;
    if (hinted_.type.kind == ValueKind::bytes) into += "\\x";
    into += *value;
    return true;
  }

 private:
  HintedValues hinted_;
  Chance chance_;
};

class MakerWithNulls : public ColumnMaker {
 public:
  MakerWithNulls(std::unique_ptr<ColumnMaker> maker, std::int64_t nulls_per_million,
                 const Chance& chance)
      : maker_(std::move(maker)),
        nulls_(static_cast<std::uint64_t>(nulls_per_million)),
        chance_(chance) {}

  bool write(std::int64_t row, std::string& into) const override {
    return chance_.below(1'000'000, row, kNullDraw) >= nulls_ && maker_->write(row, into);
  }

 private:
  std::unique_ptr<ColumnMaker> maker_;
  std::uint64_t nulls_;
  Chance chance_;
};

}  // namespace

std::unique_ptr<ColumnMaker> counted_maker(std::shared_ptr<const CountedValues> values,
                                           const Choosing& choosing, const Chance& chance) {
  return std::make_unique<CountedMaker>(std::move(values), choosing, chance);
}

std::unique_ptr<ColumnMaker> weighted_maker(const Generator& generator, const Chance& chance) {
  return std::make_unique<WeightedMaker>(generator, chance);
}

std::unique_ptr<ColumnMaker> sequence_maker(const Generator& generator) {
  return std::make_unique<SequenceMaker>(generator);
}

std::unique_ptr<ColumnMaker> constant_maker(std::string text) {
  return std::make_unique<ConstantMaker>(std::move(text));
}

std::unique_ptr<ColumnMaker> uuid_maker(const Chance& chance) {
  return std::make_unique<UuidMaker>(chance);
}

std::unique_ptr<ColumnMaker> hinted_maker(HintedValues hinted, const Chance& chance) {
  return std::make_unique<HintedMaker>(std::move(hinted), chance);
}

std::unique_ptr<ColumnMaker> maker_with_nulls(std::unique_ptr<ColumnMaker> maker,
                                              std::int64_t nulls_per_million,
                                              const Chance& chance) {
  if (nulls_per_million == 0) return maker;
  return std::make_unique<MakerWithNulls>(std::move(maker), nulls_per_million, chance);
}

}  // namespace provision
