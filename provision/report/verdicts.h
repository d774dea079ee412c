// What the verdicts of checks and findings mean, and what to do about them.
#pragma once

#include <span>
#include <string_view>

namespace provision {

struct Verdict {
  std::string_view name;     ///< "residue"
  std::string_view meaning;  ///< one sentence
  std::string_view advice;   ///< what usually helps
};

/// Those that a finding can have; a command may know others.
std::span<const Verdict> known_verdicts();

/// The verdict called `name`, or nothing.
const Verdict* find_verdict(std::string_view name);

}  // namespace provision
