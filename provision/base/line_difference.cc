#include <algorithm>
#include <cstdint>

#include "provision/base/text.h"

namespace provision {
namespace {

using Lines = std::span<const std::string_view>;

struct Edit {
  char mark;  // ' ' in both, '-' only before, '+' only after
  std::string_view line;
};

void append_all(std::vector<Edit>& edits, char mark, Lines lines) {
  for (const std::string_view line : lines) edits.push_back({mark, line});
}

/// The lengths of the longest common subsequences of all tails: [i][j] is that of before[i..] and
/// after[j..].
class TailTable {
 public:
  TailTable(Lines before, Lines after)
      : width_(after.size() + 1), lengths_((before.size() + 1) * width_) {
    for (size_t i = before.size(); i-- > 0;) {
      for (size_t j = after.size(); j-- > 0;) {
        const auto next = static_cast<std::uint16_t>(at(i + 1, j + 1) + 1);
        lengths_[i * width_ + j] =
            before[i] == after[j] ? next : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }

  std::uint16_t at(size_t i, size_t j) const { return lengths_[i * width_ + j]; }

 private:
  size_t width_;
  std::vector<std::uint16_t> lengths_;
};

void append_shortest(std::vector<Edit>& edits, Lines before, Lines after) {
  const TailTable table(before, after);
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() && j < after.size()) {
    if (before[i] == after[j]) {
      edits.push_back({' ', before[i++]});
      ++j;
    } else if (table.at(i + 1, j) >= table.at(i, j + 1)) {
      edits.push_back({'-', before[i++]});
    } else {
      edits.push_back({'+', after[j++]});
    }
  }
  append_all(edits, '-', before.subspan(i));
  append_all(edits, '+', after.subspan(j));
}

std::vector<Edit> edits_between(Lines before, Lines after) {
  // The table grows with the square of this; beyond it, old and new are shown as two blocks.
  constexpr size_t kMostLines = 2000;
  const size_t most = std::min(before.size(), after.size());
  size_t head = 0;
  while (head < most && before[head] == after[head]) ++head;
  size_t tail = 0;
  while (tail < most - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }

  std::vector<Edit> edits;
  append_all(edits, ' ', before.first(head));
  const Lines old_middle = before.subspan(head, before.size() - head - tail);
  const Lines new_middle = after.subspan(head, after.size() - head - tail);
  if (old_middle.size() > kMostLines || new_middle.size() > kMostLines) {
    append_all(edits, '-', old_middle);
    append_all(edits, '+', new_middle);
  } else {
    append_shortest(edits, old_middle, new_middle);
  }
  append_all(edits, ' ', before.last(tail));
  return edits;
}

/// For each edit, whether it is shown: a change, or within `context` lines of one.
std::vector<bool> shown_edits(const std::vector<Edit>& edits, size_t context) {
  std::vector<bool> shown(edits.size());
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].mark == ' ') continue;
    const size_t end = std::min(i + context + 1, edits.size());
    for (size_t k = i - std::min(i, context); k < end; ++k) shown[k] = true;
  }
  return shown;
}

}  // namespace

std::string line_difference(std::string_view before, std::string_view after) {
  constexpr size_t kContext = 2;
  const std::vector<Edit> edits = edits_between(lines_of(before), lines_of(after));
  const std::vector<bool> shown = shown_edits(edits, kContext);
  std::string text;
  for (size_t i = 0; i < edits.size(); ++i) {
    if (!shown[i]) continue;
    if (!text.empty()) text += '\n';
    if (!text.empty() && !shown[i - 1]) text += "...\n";
    text += edits[i].mark;
    text += edits[i].line;
  }
  return text;
}

}  // namespace provision
