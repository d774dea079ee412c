// The tables that say what each field means where it differs.
#pragma once

#include <array>
#include <span>

#include "provision/model/drift/meaning.h"

namespace provision {

/// What it means that a field is not there, that it is there, and that it has another value. A row
/// with one meaning means it always; the first row that fits counts.
struct FieldRow {
  Kinds of;
  std::string_view field;
  Meaning lost;
  Meaning gained;
  Meaning changed;

  constexpr FieldRow(Kinds of_kinds, std::string_view name, Meaning always)
      : FieldRow(of_kinds, name, always, always, always) {}
  constexpr FieldRow(Kinds of_kinds, std::string_view name, Meaning without, Meaning with)
      : FieldRow(of_kinds, name, without, with, with) {}
  constexpr FieldRow(Kinds of_kinds, std::string_view name, Meaning without, Meaning with,
                     Meaning other)
      : of(of_kinds), field(name), lost(without), gained(with), changed(other) {}
};

// What rows of both tables say.
inline constexpr Meaning kOtherSpeed = risks("queries may be faster or slower");
inline constexpr Meaning kOtherPlans = risks("other plans may be chosen, faster or slower ones");
inline constexpr Meaning kOtherSource = breaks("its rows come from elsewhere");
inline constexpr Meaning kOtherOrder = breaks("text sorts and compares in another way");

/// Fields of tables, their columns, constraints and indexes, and those that any kind may have.
std::array<std::span<const FieldRow>, 4> table_fields();
/// Fields of all other kinds.
std::array<std::span<const FieldRow>, 4> other_fields();

}  // namespace provision
