// What the formats make of comparisons, apart from what golden files say.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "provision/base/text.h"
#include "provision/report/compared.h"
#include "provision/report/json_reader.h"
#include "provision/report/render.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

pugi::xml_document junit_of(const Report& report) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(to_junit(report, {}).c_str()));
  return document;
}

TEST(FindingsOfDatabases, StandAtTheirOwnRevisionInJunit) {
  const pugi::xml_document document = junit_of(two_databases_report());

  std::vector<std::string> told;
  for (const pugi::xml_node one : document.child("testsuites").child("testsuite")) {
    if (one.child("failure")) {
      told.push_back(std::string(one.attribute("classname").as_string()) + ": " +
                     one.child("failure").attribute("message").as_string());
    }
  }
  EXPECT_THAT(told, testing::ElementsAre("provision.verify.app: leaves a log in app",
                                         "provision.verify.stats: leaves a log in stats"));
}

TEST(FindingsOfDatabases, LeadToTheirOwnRowOnThePageAndBack) {
  const std::string page = render(two_databases_report(), "html", {});

  EXPECT_THAT(page, AllOf(HasSubstr(R"(id="f0" data-row="r1")"),
                          HasSubstr(R"(id="f1" data-row="r3")"), HasSubstr(R"(href="#f1">0002)")));
}

TEST(Compared, IsWorstFirstAndElseAsFound) {
  const Report report = schema_drift_report();
  std::vector<std::string> severities;
  std::vector<std::string> breaking;
  const ComparedReport sorted = compared(report);
  for (const ComparedObject& one : sorted.comparisons[0].objects) {
    severities.emplace_back(one.severity);
    if (one.severity == "breaking") breaking.push_back(one.finding->subject);
  }

  EXPECT_TRUE(std::is_sorted(severities.begin(), severities.end(),
                             [](const auto& a, const auto& b) { return rank_of(a) > rank_of(b); }));
  EXPECT_EQ(breaking.front(), "table shop.coupons");
  EXPECT_EQ(breaking.back(), "function shop.purge(date)");
}

TEST(Compared, AFindingBelongsToTheComparisonOfItsDatabase) {
  Report report = fleet_drift_report();

  const ComparedReport sorted = compared(report);

  EXPECT_EQ(sorted.comparisons[0].objects.size(), 0U);
  ASSERT_EQ(sorted.comparisons[16].objects.size(), 1U);
  EXPECT_EQ(sorted.comparisons[16].objects[0].finding->database, "tenant_17");
  ASSERT_EQ(sorted.others.size(), 1U);
  EXPECT_EQ(sorted.others[0]->verdict, "unavailable");
}

TEST(Compared, SeverityAndStateAreFoundWhereTheFindingDoesNotSayThem) {
  Report report{.command = "drift"};
  report.comparisons = {{"a", "b", "", {{"table t", "extra", "risky", 1}}}};
  report.findings = {{.verdict = "drift", .subject = "table t", .message = "differs"}};
  report.findings[0].differences = {{.type = "extra", .object = "table t", .severity = "cosmetic"},
                                    {.type = "extra", .object = "x", .severity = "breaking"}};
  const ComparedReport sorted = compared(report);

  const ComparedObject& one = sorted.comparisons[0].objects.at(0);

  EXPECT_EQ(one.state, "extra");
  EXPECT_EQ(one.severity, "breaking");
}

TEST(PartName, LeavesOutTheOwner) {
  EXPECT_EQ(part_name("column shop.users.email", "table shop.users"), "column email");
  EXPECT_EQ(part_name("foreign key a.b.c.d", "table a.b"), "foreign key c.d");
  EXPECT_EQ(part_name("table shop.users", "table shop.users"), "");
  EXPECT_EQ(part_name("index shop.users2.i", "table shop.users"), "index shop.users2.i");
  EXPECT_EQ(part_name("column", "table t"), "column");
  EXPECT_EQ(part_name("column t.a", "table"), "column t.a");
}

TEST(ToText, BriefIsALineAnObjectAndALineAGroupOfDatabases) {
  EXPECT_EQ(to_text(fleet_drift_report(), {.detail = Detail::brief}),
            "tenant_17  breaking  ~ table accounts\n"
            "tenant_23  breaking  ~ table accounts\n\n"
            "unavailable  tenant_41: the server does not answer\n\n"
            "databases by what differs\n"
            "databases  differences  names\n"
            "       38            0  tenant_01, tenant_02, ...\n"
            "        2            1  tenant_17, tenant_23\n\n"
            "2 objects differ in 2 of 40 databases: 2 breaking; 78 the same\n");
}

TEST(ToText, StatCountsEachPartOnce) {
  const std::string text = to_text(schema_drift_report(), {.detail = Detail::stat});

  EXPECT_THAT(text, HasSubstr("shop      column             1      0        1         2"));
  EXPECT_THAT(text, HasSubstr("metrics   index              1      0        0         0      1"));
  EXPECT_THAT(text, Not(HasSubstr("perhaps renamed")));
}

TEST(ToText, ALongBodyIsCutUnlessAllIsWanted) {
  Report report = equal_drift_report();
  std::string body;
  for (int i = 0; i < 100; ++i) body += "line " + std::to_string(i) + "\n";
  report.findings = {{.verdict = "missing", .subject = "function f()", .database = "shop"}};
  report.findings[0].differences = {
      {.type = "missing", .object = "function f()", .expected = body}};

  EXPECT_THAT(to_text(report, {}),
              AllOf(Not(HasSubstr("line 50")), HasSubstr("and 92 lines more")));
  EXPECT_THAT(to_text(report, {.verbose = true}), HasSubstr("line 99"));
}

TEST(ToText, TheSeverityIsColouredAndTheReasonStandsBesideIt) {
  EXPECT_THAT(to_text(schema_drift_report(), {.colour = true}),
              HasSubstr("\033[31mbreaking\033[0m  longer values are refused\n"));
}

TEST(ToMarkdown, IsNeverTooLongForASummaryHoweverMuchDiffers) {
  const std::string text = to_markdown(large_drift_report(10'000, 10), {});

  EXPECT_LT(text.size(), 1'000'000U);
  EXPECT_THAT(text, HasSubstr("9500 more are not shown here"));
}

TEST(ToMarkdown, ColumnsForProgramsAreLeftOutOfTables) {
  Report report = schema_drift_report();
  report.tables[0].columns[0].shown = Shown::json_only;

  EXPECT_THAT(to_markdown(report, {}), HasSubstr("| expected | actual |\n"));
}

TEST(ToGithub, TheWorstObjectsAreAnnotatedAndTheRestCounted) {
  const std::string text = to_github(large_drift_report(1000, 0), {});

  EXPECT_THAT(text, AllOf(StartsWith("::error title="), Not(HasSubstr("::notice")),
                          HasSubstr("950 objects more without an annotation\n")));
}

TEST(ToSarif, LevelsAreThoseOfTheSeverities) {
  const json results = json::parse(to_sarif(schema_drift_report(), {}))["runs"][0]["results"];

  EXPECT_EQ(results[0]["level"], "note");
  EXPECT_EQ(results[1]["level"], "error");
  EXPECT_EQ(results[3]["level"], "warning");
  EXPECT_EQ(results[1]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            "shop: table shop.coupons");
}

TEST(ToJunit, HasACaseAnObjectAndOneForWhatIsTheSameOfEachKind) {
  const pugi::xml_document document = junit_of(schema_drift_report());

  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(suite.attribute("tests").as_int(), 15);
  EXPECT_EQ(suite.attribute("failures").as_int(), 9);
  const pugi::xml_node tables =
      suite.find_child_by_attribute("testcase", "name", "table: all that are the same");
  EXPECT_STREQ(tables.attribute("classname").as_string(), "provision.drift.shop");
  EXPECT_STREQ(tables.child_value("system-out"), "6 are the same");
}

TEST(ToJson, AComparedObjectIsOneLine) {
  const std::string text = to_json(large_drift_report(100, 900), {});

  EXPECT_THAT(text, HasSubstr("\n        {\"name\":\"table area_00.thing_00000\","));
  EXPECT_EQ(json::parse(text)["comparisons"][0]["objects"].size(), 1000U);
}

}  // namespace
}  // namespace provision
