// What differs between two schemas, object by object and field by field.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provision/model/report.h"
#include "provision/model/schema.h"

namespace provision {

/// The field of an object of which not everything could be read, because it was locked or is hidden
/// from the role: what it lacks beside this is unknown, and so no difference.
constexpr std::string_view kNotRead = "not read";

struct FieldDifference {
  std::string name;
  std::optional<std::string> expected;
  std::optional<std::string> actual;
  DifferenceClass difference_class = DifferenceClass::structure;
};

/// One object that is `missing` (expected only), `extra` (actual only) or `changed`.
struct ObjectDifference {
  enum class Type { missing, extra, changed };

  Type type = Type::changed;
  SchemaObject expected;                     ///< empty if it is extra
  SchemaObject actual;                       ///< empty if it is missing
  std::vector<FieldDifference> fields = {};  ///< of a changed object
  /// Parts that came or went with a missing or extra object: columns and indexes of a table.
  std::vector<SchemaObject> parts = {};
  /// Of a part of what both sides have: what that is, where whole schemas were compared.
  std::optional<ObjectKind> whole = std::nullopt;
  /// Of a missing or extra column: the nearest column before it that both sides have, empty if
  /// there is none; itself if the other side has it from a parent.
  std::optional<std::string> follows = std::nullopt;

  const ObjectId& id() const { return type == Type::extra ? actual.id : expected.id; }
};

std::string_view name_of(ObjectDifference::Type type);

/// True if two objects of one kind mean the same although their fields are written differently;
/// asked for changed objects only. An engine that can tell reads both definitions again and
/// compares.
using Equivalence = std::function<bool(const SchemaObject&, const SchemaObject&)>;

/// What differs, sorted by id. Objects with made-up names are matched by their fields first; column
/// order is a difference only among the columns that both sides have.
std::vector<ObjectDifference> difference(const SchemaSnapshot& expected,
                                         const SchemaSnapshot& actual,
                                         const Equivalence& equivalent = nullptr);

/// True for the kinds whose coming and going takes their parts along.
bool has_parts(ObjectKind kind);

/// The same, where `changes` lead from what is expected to what is there.
std::vector<ObjectDifference> difference(const SchemaChanges& changes,
                                         const Equivalence& equivalent = nullptr);

/// Which classes count as findings; the others are notes.
struct DifferencePolicy {
  std::set<DifferenceClass> fail_on = {DifferenceClass::structure, DifferenceClass::privilege,
                                       DifferenceClass::comment, DifferenceClass::setting};

  bool counts(const FieldDifference& field) const {
    return fail_on.contains(field.difference_class);
  }
  bool counts(const ObjectDifference& object) const;
};

/// For reports: a row for a missing or extra object, one for each field of a changed one. A flag
/// that is a field without a value is shown by its name.
std::vector<Difference> described(const std::vector<ObjectDifference>& differences,
                                  const DifferencePolicy& policy = {});

}  // namespace provision
