#include "provision/ops/drift/equivalence.h"

#include <algorithm>
#include <array>

#include "provision/base/error.h"

namespace provision {
namespace {

/// Fields that hold expressions, whose text says less than their meaning.
constexpr std::array<std::string_view, 6> kExpressions = {"check",     "default", "definition",
                                                          "generated", "using",   "when"};

bool is_expression(std::string_view field) {
  return std::find(kExpressions.begin(), kExpressions.end(), field) != kExpressions.end();
}

/// True if nothing but expressions differs, and on both sides there is one.
bool differ_in_expressions(const SchemaObject& one, const SchemaObject& other) {
  const auto is_matched = [](const SchemaObject& left, const SchemaObject& right) {
    return std::all_of(left.fields.begin(), left.fields.end(), [&](const Field& field) {
      if (class_of(left.id.kind, field.name) != DifferenceClass::structure) return true;
      const auto same =
          std::find_if(right.fields.begin(), right.fields.end(),
                       [&](const Field& candidate) { return candidate.name == field.name; });
      if (same == right.fields.end()) return false;
      return same->value == field.value || is_expression(field.name);
    });
  };
  return is_matched(one, other) && is_matched(other, one);
}

}  // namespace

void DriftEquivalence::begin() {
  DatabaseSpec model;
  model.engine = expected_.engine;
  session_ = scratch_.empty(model);
  session_.reader = session_.database->schema_reader({});
  skeletons_.emplace_back(*session_.database, expected_);
  skeletons_.emplace_back(*session_.database, actual_);
}

bool DriftEquivalence::operator()(const SchemaObject& one, const SchemaObject& other) {
  if (!trouble_.empty() || expected_.engine != actual_.engine) return false;
  if (one.id.kind != other.id.kind || !differ_in_expressions(one, other)) return false;
  try {
    if (!session_.reader) begin();
    for (Skeleton& skeleton : skeletons_) {
      skeleton.make_for(one);
      skeleton.make_for(other);
    }
    session_.reader->changes();
    return session_.reader->equivalent(one, other);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    trouble_ = error.message();
    return false;
  }
}

}  // namespace provision
