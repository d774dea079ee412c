// What has to hold for a condition to hold.
#pragma once

#include <cstddef>
#include <vector>

#include "provision/ops/values/condition.h"

namespace provision::values {

constexpr size_t kMostWays = 16;

/// A condition that must hold, or must not.
struct Atom {
  Condition condition;
  bool holds = true;
};
using Atoms = std::vector<Atom>;

/// The ways to make `condition` hold (or not), each the atoms that must all be as they say; so many
/// of them as are worth trying.
std::vector<Atoms> ways_of(const Condition& condition, bool holds);

}  // namespace provision::values
