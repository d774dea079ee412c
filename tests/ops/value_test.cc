// Values for types, patterns and checks, without a database.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "provision/ops/values/hints.h"
#include "provision/ops/values/pattern.h"
#include "provision/ops/values/wildcards.h"

namespace provision::values {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Values, TypesAreKnownByTheirSpelling) {
  EXPECT_EQ(value_type("VARCHAR(30)").length, 30);
  EXPECT_EQ(value_type("character varying(30)").kind, ValueKind::text);
  EXPECT_EQ(value_type("numeric(10,2)").scale, 2);
  EXPECT_TRUE(value_type("timestamp(3) with time zone").has_zone);
  EXPECT_EQ(value_type("timestamp without time zone").kind, ValueKind::timestamp);
  EXPECT_EQ(value_type("integer[]").parts.at(0).kind, ValueKind::integer);
  EXPECT_EQ(value_type("int8range").kind, ValueKind::range);
  EXPECT_EQ(value_type("interval day to second").kind, ValueKind::interval);
  EXPECT_EQ(value_type("frobnitz").kind, ValueKind::other);
}

TEST(Values, ADefaultMayBeAString) {
  EXPECT_EQ(plain_text("'it''s'::character varying"), "it's");
  EXPECT_EQ(plain_text(" 'a' "), "a");
  for (const char* other : {"", "now()", "'a' || 'b'", "'a", "5", "upper('a')"}) {
    EXPECT_EQ(plain_text(other), "") << other;
  }
}

TEST(Values, TextsOfAnExpressionMatchItAndDiffer) {
  for (const char* regex : {"^[A-Z]{3}-[0-9]+$", "^(foo|bar)\\d{2}$", "^\\+?[1-9]\\d{1,14}$",
                            "^a*b?c+$", "^#[0-9a-f]{6}$", "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,4}$",
                            "^(?:x|(y|z){2,3})$", "^[-_.a-z]+$"}) {
    std::set<std::string> texts;
    for (int i = 0; i < 4; ++i) {
      const auto text = text_for_regex(regex, i);
      ASSERT_TRUE(text) << regex;
      EXPECT_TRUE(std::regex_search(*text, std::regex(regex))) << regex << ": " << *text;
      texts.insert(*text);
    }
    EXPECT_GT(texts.size(), 1U) << regex;
  }
}

TEST(Values, WhatIsNoPlainExpressionHasNoText) {
  for (const char* regex : {"(?=a)b", "(a)\\1", "a{2", "(a", "[a", "*a"}) {
    EXPECT_FALSE(text_for_regex(regex, 0)) << regex;
  }
}

TEST(Values, WildcardsAreExpressions) {
  EXPECT_EQ(regex_of_like("a.b%"), "a\\.b[a-z]*");
  EXPECT_EQ(regex_of_glob("[A-Z]?*"), "[A-Z][a-z][a-z]*");
  EXPECT_EQ(regex_of_similar("(x|y)%"), "(x|y)[a-z]*");
}

TableHints hints_for(const std::string& check) {
  const RowRules rules{.schema = {},
                       .name = "t",
                       .columns = {{.name = "a", .type = value_type("text")},
                                   {.name = "b", .type = value_type("integer")},
                                   {.name = "c", .type = value_type("integer")}},
                       .checks = {check}};
  return hints_of(rules);
}

TEST(Values, ListsAreChoices) {
  for (const char* check :
       {"a IN ('x', 'y')",
        "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character "
        "varying])::text[]))",
        "a = ANY (ARRAY['x'::text, 'y'::text])", "\"A\" in ('x', /* or */ 'y') -- end"}) {
    EXPECT_THAT(hints_for(check).ways.at(0).columns["a"].choices, ElementsAre("x", "y")) << check;
  }
}

TEST(Values, ComparisonsAreBounds) {
  const ValueHints hints = hints_for("((b >= 1) AND (5 > b))").ways.at(0).columns["b"];

  EXPECT_EQ(hints.least, "1");
  EXPECT_EQ(hints.most, "5");
  EXPECT_FALSE(hints.above_least);
  EXPECT_TRUE(hints.below_most);
  EXPECT_EQ(hints_for("NOT (b <= '-3'::integer)").ways.at(0).columns["b"].least, "-3");
}

TEST(Values, AlternativesAreWays) {
  auto hints = hints_for("(a = 'x' AND b IS NULL) OR (a = 'y' AND c IS NULL)");

  ASSERT_EQ(hints.ways.size(), 2U);
  EXPECT_TRUE(hints.ways[0].columns["b"].is_null);
  EXPECT_TRUE(hints.ways[1].columns["c"].is_null);
}

TEST(Values, ColumnsMayAscend) {
  EXPECT_THAT(hints_for("c > b").ways.at(0).ascending, ElementsAre(testing::Pair("b", "c")));
}

TEST(Values, WhatCannotBeReadSaysNothing) {
  for (const char* check :
       {"CASE WHEN b > 1 THEN true END", "(SELECT 1) = b", "b >", "((((", "", "'"}) {
    const TableHints hints = hints_for(check);
    ASSERT_EQ(hints.ways.size(), 1U) << check;
    EXPECT_THAT(hints.ways[0].columns, IsEmpty()) << check;
  }
  EXPECT_EQ(hints_for(std::string(10'000, '(')).ways.size(), 1U);
}

}  // namespace
}  // namespace provision::values
