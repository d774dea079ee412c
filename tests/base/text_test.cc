#include "provision/base/text.h"

#include <gmock/gmock.h>

#include <random>

#include "provision/base/error.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kCommands = {"upgrade", "downgrade", "drift",
                                            "drop",    "status",    "snapshot"};

std::string random_text(std::mt19937& random, std::string_view alphabet, size_t longest) {
  std::string text(random() % (longest + 1), ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

TEST(Trimmed, TakesBlanksFromBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\r\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(SplitList, TrimsPartsAndLeavesOutEmptyOnes) {
  EXPECT_THAT(split_list("a, b ,,c,"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_list("/bin:/usr/bin", ':'), ElementsAre("/bin", "/usr/bin"));
  EXPECT_THAT(split_list(" , "), IsEmpty());
}

TEST(LinesOf, KnowsBothLineEnds) {
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
}

TEST(LinesOf, ALastLineEndBeginsNoLine) { EXPECT_THAT(lines_of("a\n"), ElementsAre("a")); }

TEST(WithUnixLines, ReplacesEveryCarriageReturn) {
  EXPECT_EQ(with_unix_lines("a\r\nb\rc\n\r"), "a\nb\nc\n\n");
}

TEST(IsUtf8, AcceptsEveryLengthOfCharacter) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain, longer than one block of eight bytes"));
  EXPECT_TRUE(
      is_utf8("\u007f\u0080\u07ff\u0800\xed\x9f\xbf\xee\x80\x80\uffff\U00010000\U0010ffff"));
}

TEST(IsUtf8, RefusesWhatIsNotWellFormedAtAnyPlace) {
  const std::vector<std::string> bad = {"\x80",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xE0\x9F\xBF",
                                        "\xED\xA0\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFF",
                                        "\xC3",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98",
                                        "\xC3("};
  for (const std::string& bytes : bad) {
    for (size_t before = 0; before < 18; ++before) {
      EXPECT_FALSE(is_utf8(std::string(before, 'a') + bytes)) << before;
      EXPECT_FALSE(is_utf8(std::string(before, 'a') + bytes + "aaaaaaaaaa")) << before;
    }
  }
}

TEST(Nearest, FindsANameBehindATypingError) {
  EXPECT_EQ(nearest("upgrdae", kCommands), "upgrade");
  EXPECT_EQ(nearest("UPGRADE", kCommands), "upgrade");
  EXPECT_EQ(nearest("statsu", kCommands), "status");
  EXPECT_EQ(nearest("dorp", kCommands), "drop");
}

TEST(Nearest, FindsTheOneNameThatBeginsSo) { EXPECT_EQ(nearest("snap", kCommands), "snapshot"); }

TEST(Nearest, DoesNotGuessWhatHasNoLikeness) {
  EXPECT_EQ(nearest("xyz", kCommands), std::nullopt);
  EXPECT_EQ(nearest("", kCommands), std::nullopt);
  EXPECT_EQ(nearest("d", kCommands), std::nullopt);
  EXPECT_EQ(nearest("x", std::vector<std::string>{"y"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'x'), kCommands), std::nullopt);
}

TEST(NameHint, ListsTheNamesWhenNoneIsNear) {
  EXPECT_EQ(name_hint("dorp", kCommands), "did you mean 'drop'?");
  EXPECT_EQ(name_hint("xyz", std::vector<std::string>{"a", "b"}), "known: a, b");
  EXPECT_EQ(name_hint("xyz", {}), "");
}

TEST(MatchesGlob, KnowsStarAndQuestionMark) {
  EXPECT_TRUE(matches_glob("table audit.*", "table audit.log"));
  EXPECT_TRUE(matches_glob("*a*b", "xxaab"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("a**", "a"));
  EXPECT_TRUE(matches_glob("?x", "\u00e9x"));
  EXPECT_FALSE(matches_glob("a?", "a"));
  EXPECT_FALSE(matches_glob("a*b", "abc"));
  EXPECT_FALSE(matches_glob("", "a"));
}

bool matches_slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return matches_slowly(pattern.substr(1), text) ||
           (!text.empty() && matches_slowly(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         matches_slowly(pattern.substr(1), text.substr(1));
}

TEST(MatchesGlob, AgreesWithTheDefinition) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = random_text(random, "ab*?", 6);
    const std::string text = random_text(random, "ab", 8);

    EXPECT_EQ(matches_glob(pattern, text), matches_slowly(pattern, text))
        << pattern << " against " << text;
  }
}

TEST(MatchesGlob, ManyStarsTakeNoLongTime) {
  EXPECT_FALSE(matches_glob("*a*a*a*a*a*a*a*a*a*a*a*b", std::string(10'000, 'a')));
}

TEST(SqlLiteral, DoublesQuotesOnly) {
  EXPECT_EQ(sql_literal("it's \"\\\n"), "'it''s \"\\\n'");
  EXPECT_EQ(sql_literal(""), "''");
}

TEST(SqlLiteral, EndsOnlyAtItsEnd) {
  std::mt19937 random(2);
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = random_text(random, "'a\\;\"-", 12);
    const std::string literal = sql_literal(text);

    std::string read;
    size_t at = 1;
    for (; at < literal.size(); ++at) {
      if (literal[at] == '\'' && literal[++at] != '\'') break;
      read += literal[at];
    }
    EXPECT_EQ(at, literal.size()) << literal;
    EXPECT_EQ(read, text);
  }
}

TEST(SqlLiteral, RefusesANulByte) { EXPECT_THROW(sql_literal(std::string_view("a\0b", 3)), Error); }

TEST(SqlIdentifier, DoublesItsQuotes) { EXPECT_EQ(sql_identifier("a\"b'"), "\"a\"\"b'\""); }

TEST(SqlIdentifier, RefusesAnEmptyNameAndANulByte) {
  EXPECT_THROW(sql_identifier(""), Error);
  EXPECT_THROW(sql_identifier(std::string_view("\0", 1)), Error);
}

TEST(Printable, LeavesPlainAndForeignTextAlone) {
  EXPECT_EQ(printable("Grüße, 世界 👍🏽"), "Grüße, 世界 👍🏽");
}

TEST(Printable, ShowsWhatWouldSteerATerminal) {
  EXPECT_EQ(printable("\x1b[31mred\x7f\a"), "\\x1B[31mred\\x7F\\x07");
  EXPECT_EQ(printable("a\u0085b"), "a\\u{0085}b");
  EXPECT_EQ(printable("\u202eabc\u2066\u200f\u2028"), "\\u{202E}abc\\u{2066}\\u{200F}\\u{2028}");
  EXPECT_EQ(printable("caf\xe9 x"), "caf\\xE9 x");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, KeepsLineBreaksIfAskedTo) {
  EXPECT_EQ(printable("a\r\n\tb\r"), "a\\x0D\\x0A\\x09b\\x0D");
  EXPECT_EQ(printable("a\r\n\tb\r", true), "a\n\tb\\x0D");
}

TEST(Printable, WhateverComesLeavesAsHarmlessUtf8) {
  std::mt19937 random(3);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(random() % 12, ' ');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string shown = printable(bytes);

    EXPECT_TRUE(is_utf8(shown));
    EXPECT_EQ(printable(shown), shown);
    EXPECT_TRUE(std::none_of(shown.begin(), shown.end(), [](unsigned char c) { return c < ' '; }));
  }
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("Grüße"), 5);
  EXPECT_EQ(display_width("世界"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("\xff"), 1);
}

TEST(Counted, UsesTheSingularForOneOnly) {
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(3, "entry", "entries"), "3 entries");
}

}  // namespace
}  // namespace provision
