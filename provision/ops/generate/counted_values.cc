#include "provision/ops/generate/counted_values.h"

#include <fmt/format.h>

#include <chrono>

namespace provision {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

/// `value` in decimals, led by zeros up to `width`.
void append_number(std::string& into, std::uint64_t value, int width) {
  const fmt::format_int digits(value);
  const auto wanted = static_cast<size_t>(width);
  if (digits.size() < wanted) into.append(wanted - digits.size(), '0');
  into.append(digits.data(), digits.size());
}

void append_day(std::string& into, std::int64_t days) {
  const std::chrono::year_month_day day{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  append_number(into, static_cast<std::uint64_t>(static_cast<int>(day.year())), 4);
  into += '-';
  append_number(into, static_cast<unsigned>(day.month()), 2);
  into += '-';
  append_number(into, static_cast<unsigned>(day.day()), 2);
}

class Range : public CountedValues {
 public:
  explicit Range(const Generator& generator)
      : from_(generator.from),
        count_(static_cast<std::uint64_t>(generator.to - generator.from) + 1) {}

  std::uint64_t count() const override { return count_; }

 protected:
  std::int64_t at(std::uint64_t index) const { return from_ + static_cast<std::int64_t>(index); }

 private:
  std::int64_t from_;
  std::uint64_t count_;
};

class Numbers : public Range {
 public:
  explicit Numbers(const Generator& generator) : Range(generator), scale_(generator.scale) {
    for (int i = 0; i < scale_; ++i) one_ *= 10;
  }

  bool write(std::uint64_t index, std::string& into) const override {
    const std::int64_t units = at(index);
    if (units < 0) into += '-';
    const auto size = static_cast<std::uint64_t>(units < 0 ? -units : units);
    append_number(into, size / one_, 0);
    if (scale_ == 0) return true;
    into += '.';
    append_number(into, size % one_, scale_);
    return true;
  }

 private:
  int scale_;
  std::uint64_t one_ = 1;
};

class Days : public Range {
 public:
  using Range::Range;

  bool write(std::uint64_t index, std::string& into) const override {
    append_day(into, at(index));
    return true;
  }
};

class Moments : public Range {
 public:
  Moments(const Generator& generator, bool has_zone) : Range(generator), has_zone_(has_zone) {}

  bool write(std::uint64_t index, std::string& into) const override {
    const std::int64_t moment = at(index);
    const std::int64_t second = (moment % kDaySeconds + kDaySeconds) % kDaySeconds;
    append_day(into, (moment - second) / kDaySeconds);
    char separator = ' ';
    for (const std::int64_t part : {second / 3600, second / 60 % 60, second % 60}) {
      into += separator;
      append_number(into, static_cast<std::uint64_t>(part), 2);
      separator = ':';
    }
    if (has_zone_) into += "+00";
    return true;
  }

 private:
  bool has_zone_;
};

class Listed : public CountedValues {
 public:
  explicit Listed(std::vector<std::string> values) : values_(std::move(values)) {}

  std::uint64_t count() const override { return values_.size(); }
  bool write(std::uint64_t index, std::string& into) const override {
    into += values_[index];
    return true;
  }

 private:
  std::vector<std::string> values_;
};

}  // namespace

std::unique_ptr<CountedValues> counted_range(const Generator& generator, bool has_zone) {
  if (generator.kind == GeneratorKind::date) return std::make_unique<Days>(generator);
  if (generator.kind == GeneratorKind::timestamp) {
    return std::make_unique<Moments>(generator, has_zone);
  }
  return std::make_unique<Numbers>(generator);
}

std::unique_ptr<CountedValues> counted_list(std::vector<std::string> values) {
  return std::make_unique<Listed>(std::move(values));
}

}  // namespace provision
