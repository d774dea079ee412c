#include "provision/report/render.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace provision {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Report example() {
  Report report;
  report.command = "status";
  report.facts = {{"environment", "", "dev", Shown::json_only}};
  report.tables = {{"revisions",
                    "",
                    {{"revision"}, {"ms"}, {"note", "", Shown::verbose}},
                    {{Cell("a1", Tone::name), Cell(Value(std::int64_t{5})), "first"},
                     {Cell("b22", Tone::name), Cell(Value(std::int64_t{120})), Cell()}}}};
  report.summary = "2 revisions";
  return report;
}

TEST(ToText, ColumnsAreAlignedNumbersToTheRight) {
  EXPECT_EQ(to_text(example(), {}), "revision   ms\na1          5\nb22       120\n2 revisions\n");
}

TEST(ToText, VerboseColumnsNeedVerbose) {
  EXPECT_THAT(to_text(example(), {.verbose = true}), HasSubstr("first"));
  EXPECT_THAT(to_text(example(), {}), Not(HasSubstr("first")));
}

TEST(ToText, ColourIsOnlyThereWhenAskedFor) {
  EXPECT_THAT(to_text(example(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(to_text(example(), {.colour = true}), HasSubstr("\033[1ma1"));
}

TEST(ToText, ForeignTextCannotSteerTheTerminal) {
  Report report = example();
  report.tables[0].rows[0][0] = Cell("evil\033[2J\nname");

  EXPECT_THAT(to_text(report, {}), Not(HasSubstr("\033")));
}

TEST(ToText, ATableWithoutShownColumnsLeavesNoBlankLine) {
  Report report = example();
  for (Column& column : report.tables[0].columns) column.shown = Shown::json_only;

  EXPECT_EQ(to_text(report, {}), "2 revisions\n");
}

TEST(ToText, RowsOfAVerticalTableAreBlocks) {
  Report report = example();
  report.tables[0].vertical = true;

  EXPECT_EQ(to_text(report, {}),
            "revision  a1\nms        5\n\nrevision  b22\nms        120\n2 revisions\n");
}

TEST(ToJson, EverythingIsThereByItsKey) {
  const json parsed = json::parse(to_json(example(), {}));

  EXPECT_EQ(parsed["command"], "status");
  EXPECT_EQ(parsed["ok"], true);
  EXPECT_EQ(parsed["environment"], "dev");
  EXPECT_EQ(parsed["revisions"][0]["note"], "first");
  EXPECT_EQ(parsed["revisions"][1]["ms"], 120);
  EXPECT_TRUE(parsed["revisions"][1]["note"].is_null());
}

TEST(ToJson, AFindingMakesTheAnswerNotOk) {
  Report report = example();
  report.findings = {{"behind", "dev", "at base", "migrations/a1.sql", 3}};

  const json parsed = json::parse(to_json(report, {}));

  EXPECT_EQ(parsed["ok"], false);
  EXPECT_EQ(parsed["findings"][0]["line"], 3);
}

TEST(ToJson, BytesThatAreNoUtf8DoNotBreakIt) {
  Report report = example();
  report.tables[0].rows[0][0] = Cell("\xff\xfe");

  EXPECT_TRUE(json::accept(to_json(report, {})));
}

TEST(ErrorJson, TellsKindPlaceCodeHintAndExit) {
  const Error error = refused("no such table", "make it").with_code("42P01").at({"a.sql", 7});

  const json parsed = json::parse(error_json("upgrade", error));

  EXPECT_EQ(parsed["ok"], false);
  EXPECT_EQ(parsed["error"]["kind"], "refused");
  EXPECT_EQ(parsed["error"]["line"], 7);
  EXPECT_EQ(parsed["error"]["exit_code"], 3);
}

TEST(Render, AnUnknownFormatIsAUsageErrorWithASuggestion) {
  try {
    render(example(), "jsno", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_THAT(error.hint(), HasSubstr("json"));
  }
}

}  // namespace
}  // namespace provision
