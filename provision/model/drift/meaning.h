// The words and the parts of a judgement, for the files that judge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "provision/model/drift/drift.h"

namespace provision {

/// A judgement that is the same for everyone.
struct Meaning {
  Severity severity = Severity::breaking;
  std::string_view reason;

  Judgement judgement() const { return {severity, std::string(reason)}; }
};

constexpr Meaning breaks(std::string_view reason) { return {Severity::breaking, reason}; }
constexpr Meaning risks(std::string_view reason) { return {Severity::risky, reason}; }
constexpr Meaning shows(std::string_view reason) { return {Severity::cosmetic, reason}; }

/// A set of kinds.
using Kinds = std::uint64_t;

template <typename... Kind>
constexpr Kinds kinds(Kind... each) {
  return ((Kinds{1} << static_cast<unsigned>(each)) | ...);
}
constexpr Kinds kAnyKind = ~Kinds{0};

/// How the names of privileges begin that were changed on a built-in object or an extension's: they
/// hold now, unlike the other default privileges.
constexpr std::string_view kChangedOn = "changed on ";

/// True if `object` has a field called `name`, be it one without a value.
bool has_field(const SchemaObject& object, std::string_view name);

/// What a value of the type `actual` is where `expected` is expected. `is_loose`: a column holds
/// values of any type and the declared one is no more than a preference.
Judgement judge_type(std::string_view expected, std::string_view actual, bool is_loose);

/// What it means that a role holds other privileges; the field is called "privilege to ROLE".
Judgement judge_privilege(const ObjectDifference& difference, const FieldDifference& field);

}  // namespace provision
