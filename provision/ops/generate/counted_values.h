// Values that can be counted: the one at each index.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "provision/model/generator.h"

namespace provision {

class CountedValues {
 public:
  virtual ~CountedValues() = default;
  virtual std::uint64_t count() const = 0;
  /// Appends the value at `index`; false for NULL.
  virtual bool write(std::uint64_t index, std::string& into) const = 0;
};

/// Those of a range of numbers, days or moments; `has_zone` of moments: they are written as UTC.
std::unique_ptr<CountedValues> counted_range(const Generator& generator, bool has_zone);
std::unique_ptr<CountedValues> counted_list(std::vector<std::string> values);

}  // namespace provision
