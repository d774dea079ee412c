#include "provision/report/word_difference.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>

namespace provision {
namespace {

enum class CharacterKind { word, blank, sign };

CharacterKind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '_') return CharacterKind::word;
  return std::isspace(byte) != 0 ? CharacterKind::blank : CharacterKind::sign;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (size_t start = 0; start < text.size();) {
    const CharacterKind kind = kind_of(text[start]);
    size_t end = start + 1;
    while (kind != CharacterKind::sign && end < text.size() && kind_of(text[end]) == kind) ++end;
    words.push_back({text.substr(start, end - start)});
    start = end;
  }
  return words;
}

/// Marks what is not in a longest common subsequence of `before` and `after`.
void mark_changed(std::span<Word> before, std::span<Word> after) {
  const size_t width = after.size() + 1;
  std::vector<std::uint16_t> lengths((before.size() + 1) * width);
  for (size_t i = before.size(); i-- > 0;) {
    for (size_t j = after.size(); j-- > 0;) {
      lengths[i * width + j] =
          before[i].text == after[j].text
              ? static_cast<std::uint16_t>(lengths[(i + 1) * width + j + 1] + 1)
              : std::max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() && j < after.size()) {
    if (before[i].text == after[j].text) {
      ++i;
      ++j;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      before[i++].is_changed = true;
    } else {
      after[j++].is_changed = true;
    }
  }
  for (; i < before.size(); ++i) before[i].is_changed = true;
  for (; j < after.size(); ++j) after[j].is_changed = true;
}

}  // namespace

std::pair<std::vector<Word>, std::vector<Word>> word_difference(std::string_view before,
                                                                std::string_view after) {
  constexpr size_t kMostWords = 600;
  std::vector<Word> old_words = words_of(before);
  std::vector<Word> new_words = words_of(after);
  const auto is_same = [](const Word& a, const Word& b) { return a.text == b.text; };
  const auto head = static_cast<size_t>(
      std::mismatch(old_words.begin(), old_words.end(), new_words.begin(), new_words.end(), is_same)
          .first -
      old_words.begin());
  const size_t most = std::min(old_words.size(), new_words.size()) - head;
  size_t tail = 0;
  while (tail < most &&
         is_same(old_words[old_words.size() - 1 - tail], new_words[new_words.size() - 1 - tail])) {
    ++tail;
  }
  const auto middle = [&](std::vector<Word>& words) {
    return std::span(words).subspan(head, words.size() - head - tail);
  };
  const std::span<Word> old_middle = middle(old_words);
  const std::span<Word> new_middle = middle(new_words);
  if (old_middle.size() <= kMostWords && new_middle.size() <= kMostWords) {
    mark_changed(old_middle, new_middle);
  } else {
    for (Word& word : old_middle) word.is_changed = true;
    for (Word& word : new_middle) word.is_changed = true;
  }
  return {std::move(old_words), std::move(new_words)};
}

}  // namespace provision
