// What a seed set says of rows that are to be made up.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "provision/base/error.h"

namespace provision {

enum class GeneratorKind : std::uint8_t {
  by_type,  ///< nothing is said: whatever the column's type and rules want
  sequence,
  range,
  choice,
  date,
  timestamp,
  words,
  name,
  email,
  pattern,  ///< `template`
  reference,
  constant,
  database_default,  ///< no value is given
};

/// A part of a template: text as it is, or something made in its place.
struct TemplatePart {
  enum class Kind : std::uint8_t { text, number, digits, hex, word, first, last };

  Kind kind = Kind::text;
  std::string text = {};  ///< of kind `text`
  int width = 0;          ///< a number is led by zeros up to it; so many digits

  bool operator==(const TemplatePart&) const = default;
};

/// How the values of one column are made. Which of the numbers mean something depends on the kind.
struct Generator {
  GeneratorKind kind = GeneratorKind::by_type;
  Place place = {};
  /// The least and the most, both included: units of 10^-scale of a range, days or seconds since
  /// 1970, a number of words. A sequence begins with `from`.
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t step = 1;
  int scale = 0;
  std::vector<std::pair<std::string, std::int64_t>> choices = {};  ///< with their weights
  std::vector<TemplatePart> parts = {};                            ///< of a template
  std::string text = {};  ///< a constant; the domain of an address; which name: full, first, last
  bool zipf = false;      ///< few of the rows that are referred to get most of the references
  std::int64_t nulls_per_million = 0;
};

/// Rows of a table that are made up, the same ones every time.
struct Generation {
  std::string set;  ///< name of the seed set: other sets have other rows
  std::int64_t rows = 0;
  std::int64_t seed = 0;
  std::vector<std::pair<std::string, Generator>> columns;
  std::string text;  ///< all that was written, for the digest of the set
};

}  // namespace provision
