#include "provision/project/csv.h"

#include <chrono>

namespace provision {
namespace {

using testing::ElementsAre;

std::string trouble(std::string_view text) {
  try {
    parse_csv(text, "f.csv");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  }
  return "no error";
}

std::vector<SeedValue> only_row(std::string_view text) {
  const CsvTable table = parse_csv(text, "f.csv");
  EXPECT_EQ(table.rows.size(), 1u);
  return table.rows.at(0).values;
}

TEST(ParseCsv, TheHeaderNamesTheColumns) {
  EXPECT_THAT(parse_csv("id,\"full, name\"\n1,x\n", "f.csv").columns,
              ElementsAre("id", "full, name"));
}

TEST(ParseCsv, AnUnquotedEmptyFieldIsNullAndAQuotedOneIsEmpty) {
  EXPECT_THAT(only_row("a,b,c\n,\"\",\n"), ElementsAre(std::nullopt, "", std::nullopt));
}

TEST(ParseCsv, AQuotedFieldMayHoldSeparatorsQuotesAndLineBreaks) {
  EXPECT_THAT(only_row("a,b\n\"x,\"\"y\"\"\",\"1\r\n2\"\n"), ElementsAre("x,\"y\"", "1\r\n2"));
}

TEST(ParseCsv, BlanksBelongToTheField) {
  EXPECT_THAT(only_row("a,b\n x , y\n"), ElementsAre(" x ", " y"));
}

TEST(ParseCsv, RowsKnowTheLineTheyBeginOn) {
  const CsvTable table = parse_csv("a,b\r\n1,\"x\r\ny\"\r\n2,z\r\n", "f.csv");

  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].line, 2);
  EXPECT_EQ(table.rows[1].line, 4);
}

TEST(ParseCsv, TheLastLineNeedsNoEnd) { EXPECT_THAT(only_row("a,b\n1,2"), ElementsAre("1", "2")); }

TEST(ParseCsv, EmptyLinesAtTheEndAreIgnored) {
  EXPECT_EQ(parse_csv("a,b\n1,2\n\n\r\n", "f.csv").rows.size(), 1u);
}

TEST(ParseCsv, AnEmptyLineIsNullWhereThereIsOneColumn) {
  const CsvTable table = parse_csv("a\n1\n\n2\n", "f.csv");

  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[1].values[0], std::nullopt);
}

TEST(ParseCsv, AHeaderAloneHasNoRows) { EXPECT_TRUE(parse_csv("a,b\n", "f.csv").rows.empty()); }

TEST(ParseCsv, MalformedTextIsAnErrorAtItsLine) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "f.csv:1: no header with the columns' names"},
      {"\n\n", "f.csv:1: no header with the columns' names"},
      {"a,\n", "f.csv:1: column 2 has no name"},
      {"a,\"\"\n", "f.csv:1: column 2 has no name"},
      {"a,b,a\n", "f.csv:1: column 'a' is there twice"},
      {"a,b\n1,2\n3\n", "f.csv:3: 1 field, but the header has 2"},
      {"a,b\n1,2,3\n", "f.csv:2: 3 fields, but the header has 2"},
      {"a,b\n\n1,2\n", "f.csv:2: 1 field, but the header has 2"},
      {"a,b\n1,\"x\"y\n", "f.csv:2: text after a closing quote"},
      {"a,b\n1,x\"y\"\n", "f.csv:2: a quote inside a field that does not begin with one"},
      {"a,b\n1,2\n3,\"x\n\n4,5\n", "f.csv:3: this quote is never closed"},
      {"a,b\n1,\"x\ny\"\n3\n", "f.csv:4: 1 field, but the header has 2"},
      {"a,b\r1,2\r", "f.csv:1: a carriage return without a line feed"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(trouble(text), message) << text;
}

TEST(ParseCsv, AHundredThousandRowsAreReadInOneGo) {
  std::string text = "id,name,email,city,note\n";
  for (int i = 0; i < 100'000; ++i) {
    const std::string n = std::to_string(i);
    text += n + ",name " + n + ",\"user" + n + "@example.org\",Springfield,\n";
  }

  const CsvTable table = parse_csv(text, "f.csv");

  ASSERT_EQ(table.rows.size(), 100'000u);
  EXPECT_EQ(table.rows.back().line, 100'001);
  EXPECT_EQ(table.rows.back().values[2], "user99999@example.org");
}

}  // namespace
}  // namespace provision
