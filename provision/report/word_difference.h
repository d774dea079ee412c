// Two texts compared word by word.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace provision {

/// A word, a run of blanks or a sign of a text.
struct Word {
  std::string_view text;
  bool is_changed = false;  ///< the other text does not have it here
};

/// All words of `before` and of `after`, which must outlive them. Where too many differ to compare
/// them one by one, all between the common beginning and the common end are changed.
std::pair<std::vector<Word>, std::vector<Word>> word_difference(std::string_view before,
                                                                std::string_view after);

}  // namespace provision
