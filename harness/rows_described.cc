// How differences of rows are said.
#include <fmt/format.h>

#include "harness/rows_compare.h"
#include "provision/base/text.h"

using namespace provision;

namespace harness {
namespace {

using Type = DataDifference::Type;

std::string some_of(const std::vector<std::string>& samples, std::int64_t count) {
  std::string text = joined(samples, "; ");
  if (!samples.empty() && static_cast<std::int64_t>(samples.size()) < count) text += "; ...";
  return text;
}

/// A sequence that would give numbers again.
Difference described_numbers(const DataDifference& difference) {
  return {.type = "changed",
          .object = to_string(ObjectId{ObjectKind::table, difference.schema, {}, difference.table}),
          .attribute = "next number of column " + difference.column,
          .expected = "one that no row has",
          .actual = fmt::format("{}, and rows have numbers up to {}", difference.actual.at(0),
                                difference.actual.at(1)),
          .difference_class = "data"};
}

Difference described(const DataDifference& difference) {
  if (difference.type == Type::behind) return described_numbers(difference);
  Difference row{
      .type = difference.type == Type::missing ? "missing"
              : difference.type == Type::extra ? "extra"
                                               : "changed",
      .object = to_string(ObjectId{ObjectKind::table, difference.schema, {}, difference.table}),
      .attribute = difference.column.empty() ? "rows" : "column " + difference.column,
      .difference_class = "data"};
  const std::string expected = some_of(difference.expected, difference.count);
  const std::string actual = some_of(difference.actual, difference.count);
  if (!difference.column.empty()) {
    const std::string rows = difference.count < 0 ? "some rows" : counted(difference.count, "row");
    row.expected = expected;
    const bool is_all_null = difference.count > 0 && difference.nulls == difference.count;
    row.actual = fmt::format(
        "{} in {}", is_all_null ? "NULL" : (actual.empty() ? "other values" : actual), rows);
    return row;
  }
  row.expected = counted(difference.before, "row");
  row.actual = counted(difference.after, "row");
  if (!expected.empty()) row.actual += ", without " + expected;
  if (!actual.empty()) row.actual += ", with " + actual;
  return row;
}

}  // namespace

std::string DataDifference::subject() const {
  const std::string name = schema.empty() || schema == "public" ? table : schema + "." + table;
  return column.empty() ? name : name + "." + column;
}

std::vector<Difference> described(const std::vector<DataDifference>& differences) {
  std::vector<Difference> rows;
  for (const DataDifference& difference : differences) rows.push_back(described(difference));
  return rows;
}

}  // namespace harness
