// Makers of the values of one column, each a function of the row's number alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "provision/engine/row_rules.h"
#include "provision/model/generator.h"
#include "provision/ops/generate/chance.h"
#include "provision/ops/generate/counted_values.h"
#include "provision/ops/values/hints.h"

namespace provision {

class ColumnMaker {
 public:
  virtual ~ColumnMaker() = default;
  /// Appends the value of `row`, which counts from 0; false for NULL.
  virtual bool write(std::int64_t row, std::string& into) const = 0;
};

/// Which of the values that can be counted a row gets.
struct Choosing {
  enum class Way : std::uint8_t {
    any,
    zipf,
    earlier,  ///< the index of a row above; the first has none
    apart,    ///< each row another, out of `apart` combinations of several columns
  };

  Way way = Way::any;
  std::uint64_t apart = 0;
  std::uint64_t divisor = 1;  ///< of a combination: in how many this column does not change
  bool first_is_null = true;  ///< of `earlier`; otherwise it refers to itself
};

std::unique_ptr<ColumnMaker> counted_maker(std::shared_ptr<const CountedValues> values,
                                           const Choosing& choosing, const Chance& chance);
std::unique_ptr<ColumnMaker> weighted_maker(const Generator& generator, const Chance& chance);
std::unique_ptr<ColumnMaker> sequence_maker(const Generator& generator);
std::unique_ptr<ColumnMaker> constant_maker(std::string text);
/// The texts of words, names, addresses and templates. With `numbered` each ends in its row's
/// number, so that no two are the same; `length` is the most that fits, 0 for any.
std::unique_ptr<ColumnMaker> words_maker(const Generator& generator, const Chance& chance,
                                         bool numbered, int length);
std::unique_ptr<ColumnMaker> name_maker(const Generator& generator, const Chance& chance,
                                        bool numbered, int length);
std::unique_ptr<ColumnMaker> email_maker(const Generator& generator, const Chance& chance);
std::unique_ptr<ColumnMaker> template_maker(const Generator& generator, const Chance& chance);
std::unique_ptr<ColumnMaker> uuid_maker(const Chance& chance);

/// What fits a type and the CHECKs that could be read.
struct HintedValues {
  ValueType type;
  values::ValueHints hints;
  values::Rank rank;
  bool apart = false;  ///< each row another value
};
std::unique_ptr<ColumnMaker> hinted_maker(HintedValues hinted, const Chance& chance);

/// `maker`, but for some rows that have NULL.
std::unique_ptr<ColumnMaker> maker_with_nulls(std::unique_ptr<ColumnMaker> maker,
                                              std::int64_t nulls_per_million, const Chance& chance);

}  // namespace provision
