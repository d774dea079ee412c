// `generate:` in seed sets, and the templates in it.
#include "provision/project/seed_generate.h"

#include <gmock/gmock.h>

#include <random>

#include "provision/project/template_text.h"
#include "tests/errors.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::Pair;

Generation read(std::string_view text) {
  return read_generation(parse_yaml(text, "seeds/demo.yaml"), "demo");
}

Generator only(const std::string& generator) {
  return read("{rows: 1, columns: {c: " + generator + "}}").columns.at(0).second;
}

TEST(SeedGenerate, SaysHowManyRowsAndFromWhichSeed) {
  const Generation generation = read("{rows: 100000, seed: 42}");

  EXPECT_EQ(generation.rows, 100000);
  EXPECT_EQ(generation.seed, 42);
  EXPECT_EQ(generation.set, "demo");
}

TEST(SeedGenerate, AGeneratorIsAWordOrAMapping) {
  EXPECT_EQ(only("sequence").from, 1);
  EXPECT_EQ(only("{sequence: {from: 100, step: 5}}").step, 5);
  EXPECT_EQ(only("{name: first}").text, "first");
  EXPECT_EQ(only("name").text, "full");
  EXPECT_EQ(only("email").text, "example.com");
  EXPECT_TRUE(only("{fk: {distribution: zipf}}").zipf);
  EXPECT_TRUE(only("{fk: zipf}").zipf);
  EXPECT_FALSE(only("fk").zipf);
  EXPECT_EQ(only("{words: 3}").to, 3);
  EXPECT_EQ(only("default").kind, GeneratorKind::database_default);
  EXPECT_EQ(only("{null_rate: 0.25}").kind, GeneratorKind::by_type);
  EXPECT_EQ(only("{name: full, null_rate: 0.25}").nulls_per_million, 250'000);
}

TEST(SeedGenerate, RangesHaveTheDecimalsThatAreWritten) {
  const Generator range = only("{range: {from: -5.5, to: 100.25}}");

  EXPECT_EQ(range.scale, 2);
  EXPECT_EQ(range.from, -550);
  EXPECT_EQ(range.to, 10025);
}

TEST(SeedGenerate, DaysAndMomentsAreCounted) {
  EXPECT_EQ(only("{date: {from: 1970-01-02, to: 2026-01-01}}").from, 1);
  EXPECT_EQ(only("{timestamp: {from: 1969-12-31 23:59:59, to: 1970-01-02}}").from, -1);
  EXPECT_EQ(only("{timestamp: {from: 1969-12-31, to: 1970-01-02}}").to, 86'400);
}

TEST(SeedGenerate, ChoicesHaveWeights) {
  EXPECT_THAT(only("{choice: {gold: 1, silver: 9, tin: 0}}").choices,
              ElementsAre(Pair("gold", 1), Pair("silver", 9)));
  EXPECT_THAT(only("{choice: [a, b]}").choices, ElementsAre(Pair("a", 1), Pair("b", 1)));
}

TEST(SeedGenerate, WhatIsMalformedIsAnErrorAtItsLine) {
  const std::string numbers = "seeds/demo.yaml:1: ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"5", numbers + "'generate' must be a mapping, not '5'"},
      {"{seed: 1}", numbers + "no 'rows' in 'generate'"},
      {"{rows: many}", numbers + "'rows' must be a whole number, not 'many'"},
      {"{rows: -1}", numbers + "'rows' must be 0 to 1000000000, not -1"},
      {"{rows: 1, sede: 1}", numbers + "unknown key 'sede' in 'generate' | did you mean 'seed'?"},
      {"rows: 1\ncolumns:\n  a: sequense",
       "seeds/demo.yaml:3: unknown generator 'sequense' | did you mean 'sequence'?"},
      {"rows: 1\ncolumns:\n  a:\n    rnage: {from: 1, to: 2}",
       "seeds/demo.yaml:4: unknown key 'rnage' in the generator of column 'a' | did you mean "
       "'range'?"},
      {"{rows: 1, columns: {a: {range: {from: 1, to: 2}, words: 2}}}",
       numbers + "the generator of column 'a' is more than one: 'words' too"},
      {"{rows: 1, columns: {a: range}}", numbers + "'range' must be a mapping, not empty"},
      {"{rows: 1, columns: {a: {range: {from: 1}}}}", numbers + "no 'to' in 'range'"},
      {"{rows: 1, columns: {a: {range: {from: 2, to: 1}}}}",
       numbers + "'from' is beyond 'to' in 'range'"},
      {"{rows: 1, columns: {a: {range: {from: 1e3, to: 1}}}}",
       numbers + "'from' must be a number, not '1e3' | a plain one, with up to 9 decimals: 12.50"},
      {"{rows: 1, columns: {a: {date: {from: 2020-02-30, to: 2021-01-01}}}}",
       numbers + "'from' must be a day, not '2020-02-30' | write it as 2026-01-31"},
      {"{rows: 1, columns: {a: {timestamp: {from: 2020-01-01 25:00:00, to: 2021-01-01}}}}",
       numbers + "'from' must be a moment, not '2020-01-01 25:00:00' | write it as 2026-01-31 or "
                 "2026-01-31 10:20:30"},
      {"{rows: 1, columns: {a: {choice: {}}}}", numbers + "'choice' has nothing to choose from"},
      {"{rows: 1, columns: {a: {choice: {b: -1}}}}",
       numbers + "the weight of 'b' must be 0 to 1000000000, not -1"},
      {"{rows: 1, columns: {a: {name: middle}}}",
       numbers + "unknown name 'middle' | known: full, first, last"},
      {"{rows: 1, columns: {a: {fk: zip}}}",
       numbers + "unknown distribution 'zip' | did you mean 'zipf'?"},
      {"{rows: 1, columns: {a: {words: 2, null_rate: 1.5}}}",
       numbers + "'null_rate' must be a rate from 0 to 1, not '1.5'"},
      {"{rows: 1, columns: {a: {template: 'x{m}'}}}",
       numbers +
           "unknown placeholder '{m}' in a template | known: n, digits, hex, word, first, last"},
      {"{rows: 1, columns: {a: {template: 'x{n'}}}",
       numbers + "'{' without its other in a template | write '{{' and '}}' for braces that stay"},
      {"{rows: 1, columns: {a: {template: 'x{n:99}'}}}",
       numbers + "'99' is no width of '{n}' | a width is a number from 1 to 18: {n:4}"},
      {"{rows: 1, columns: {a: {template: '{word:3}'}}}",
       numbers + "'{word}' has no width | a width is a number from 1 to 18: {n:4}"},
      {"{rows: 1, columns: {a: {sequence: {step: 0}}}}", numbers + "'step' must not be 0"},
      {"{rows: 1, columns: {a: {default: 3}}}", numbers + "'default' takes no value"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(trouble_of([&, &text = text] { read(text); }), message) << text;
  }
}

TEST(TemplateText, HasPlaceholdersAmongText) {
  using Kind = TemplatePart::Kind;

  EXPECT_THAT(parse_template("u{n:4}@{{x}}{hex}", {}),
              ElementsAre(TemplatePart{Kind::text, "u", 0}, TemplatePart{Kind::number, "", 4},
                          TemplatePart{Kind::text, "@{x}", 0}, TemplatePart{Kind::hex, "", 1}));
}

/// Whatever the text: it stays what it is when its braces are doubled, and otherwise is read or
/// refused at its place.
TEST(TemplateText, AnyTextIsReadOrRefused) {
  constexpr std::string_view kPieces[] = {"{", "}", "n", "hex", ":", "4", "x", "{{", "}}", "{n}"};
  std::mt19937 random(7);  // NOLINT: the same texts each time
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (auto size = random() % 12; size > 0; --size) text += kPieces[random() % 10];
    std::string doubled;
    for (const char c : text) doubled.append(c == '{' || c == '}' ? 2 : 1, c);

    const auto parts = parse_template(doubled, {});

    ASSERT_LE(parts.size(), 1U);
    EXPECT_EQ(parts.empty() ? "" : parts[0].text, text);
    try {
      parse_template(text, {"f", 3});
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::usage);
      ASSERT_EQ(error.place().text(), "f:3");
    }
  }
}

}  // namespace
}  // namespace provision
