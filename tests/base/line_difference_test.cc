#include <gmock/gmock.h>

#include <random>

#include "provision/base/text.h"

namespace provision {
namespace {

std::string numbered_lines(int first, int last) {
  std::string text;
  for (int i = first; i <= last; ++i) text += std::to_string(i) + "\n";
  return text;
}

/// The lines of a difference that are marked `mark` or blank, as a text.
std::string side(const std::string& difference, char mark) {
  std::string text;
  for (const std::string_view line : lines_of(difference)) {
    if (line.front() == mark || line.front() == ' ') text += std::string(line.substr(1)) + "\n";
  }
  return text;
}

TEST(LineDifference, IsEmptyForEqualTexts) {
  EXPECT_EQ(line_difference("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(line_difference("", ""), "");
}

TEST(LineDifference, ShowsTwoLinesAroundAChange) {
  EXPECT_EQ(line_difference("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\nfour\n5\n6\n7\n"),
            " 2\n 3\n-4\n+four\n 5\n 6");
}

TEST(LineDifference, MarksWhatIsLeftOutBetweenChanges) {
  EXPECT_EQ(line_difference(numbered_lines(1, 9), numbered_lines(0, 8)),
            "+0\n 1\n 2\n...\n 7\n 8\n-9");
}

TEST(LineDifference, OneSideMayBeEmpty) {
  EXPECT_EQ(line_difference("", "a\nb"), "+a\n+b");
  EXPECT_EQ(line_difference("a\nb", ""), "-a\n-b");
}

TEST(LineDifference, BothSidesCanBeReadFromIt) {
  std::mt19937 random(4);
  for (int i = 0; i < 2'000; ++i) {
    std::string before;
    std::string after;
    // So few lines that none is further than two from a change, unless all are the same.
    for (size_t n = random() % 4; n > 0; --n) before += std::string(1, "ab"[random() % 2]) + "\n";
    for (size_t n = random() % 4; n > 0; --n) after += std::string(1, "ab"[random() % 2]) + "\n";
    const std::string difference = line_difference(before, after);
    if (difference.empty()) {
      EXPECT_EQ(before, after);
      continue;
    }

    EXPECT_EQ(side(difference, '-'), before) << difference;
    EXPECT_EQ(side(difference, '+'), after) << difference;
  }
}

TEST(LineDifference, FindsOneLineInALongText) {
  const std::string before = numbered_lines(1, 100'000);
  const std::string after = numbered_lines(1, 50'000) + "new\n" + numbered_lines(50'001, 100'000);

  EXPECT_EQ(line_difference(before, after), " 49999\n 50000\n+new\n 50001\n 50002");
}

TEST(LineDifference, ShowsTwoBlocksWhenTooMuchDiffers) {
  const std::string difference =
      line_difference(numbered_lines(1, 3'000), numbered_lines(5'000, 8'000));

  EXPECT_TRUE(difference.starts_with("-1\n-2\n"));
  EXPECT_TRUE(difference.ends_with("+7999\n+8000"));
  EXPECT_EQ(lines_of(difference).size(), 6'001U);
}

}  // namespace
}  // namespace provision
