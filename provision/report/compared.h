// Comparisons with what was found in them, worst first: what every format draws them from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provision/model/report.h"

namespace provision {

/// An object that differs.
struct ComparedObject {
  const Finding* finding;
  std::string_view state;     ///< "missing", "extra", "changed"
  std::string_view severity;  ///< of the worst of its differences; empty: nobody judged them
};

struct Compared {
  const Comparison* comparison;
  std::vector<ComparedObject> objects = {};  ///< worst first, those alike as they were found
  std::int64_t same = 0;                     ///< objects that do not differ
};

/// All of a report; valid as long as it is.
struct ComparedReport {
  std::vector<Compared> comparisons;
  std::vector<const Finding*> others;  ///< findings that are of no compared object
};

ComparedReport compared(const Report& report);

/// '-' for missing, '+' for extra, '~' for all else.
char sign_of(std::string_view state);

/// 3 for breaking, 2 for risky, 1 for cosmetic, 0 for all else.
int rank_of(std::string_view severity);

/// That of the finding, or of the worst of its differences.
std::string_view worst_severity(const Finding& finding);

/// "8 objects differ: 5 breaking, 1 risky, 2 cosmetic; 11 are the same".
std::string described(const ComparedReport& report);
std::string described(const Compared& compared);

/// "column email" for "column shop.users.email" of "table shop.users"; empty for the object itself.
std::string part_name(std::string_view object, std::string_view owner);

/// The difference that is all that `finding` says: the whole object is missing or extra. Else
/// nothing.
const Difference* whole_difference(const Finding& finding);

/// The first of those differences that are as severe as any; nothing if none counts.
const Difference* worst_difference(const Finding& finding);

/// "column email, type": what `difference` is about, within `owner`; empty for all of `owner`.
std::string aspect(const Difference& difference, std::string_view owner);

/// "breaking: column email, type: longer values are refused": the worst of `finding` in a line;
/// its message if it says nothing better.
std::string gist(const Finding& finding);

/// How many objects of each kind differ, and how: a row a kind, those of each comparison apart.
Table stat_table(const ComparedReport& report);

}  // namespace provision
