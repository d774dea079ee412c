// What no golden file says outright: that each format can be read by those who read it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <regex>

#include "provision/base/text.h"
#include "provision/report/difference_text.h"
#include "provision/report/render.h"
#include "provision/report/verdicts.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AnyFormat : public testing::TestWithParam<std::string> {
 protected:
  static std::string rendered(const Report& report) { return render(report, GetParam(), {}); }
};

TEST_P(AnyFormat, ShowsNoPassword) {
  EXPECT_THAT(rendered(hostile_report()), Not(HasSubstr("canary")));
  EXPECT_THAT(rendered(hostile_drift_report()), Not(HasSubstr("canary")));
}

TEST_P(AnyFormat, HasNoControlCharacterAndIsUtf8) {
  const std::string text = rendered(hostile_report()) + rendered(hostile_drift_report());

  EXPECT_TRUE(is_utf8(text));
  if (GetParam() == "json") return;  // has them as \u escapes
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\033")), Not(HasSubstr("\r")), Not(HasSubstr("\007"))));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\u202e")), Not(HasSubstr("\u2028"))));
}

TEST_P(AnyFormat, BeginsNoLineWithForeignText) {
  if (GetParam() == "html") return;  // <pre> has lines as they are
  const std::string text = rendered(hostile_report()) + rendered(hostile_drift_report());
  for (const std::string_view line : lines_of(text)) {
    EXPECT_THAT(std::string(trimmed(line)), Not(StartsWith("::error file=x")));
    EXPECT_THAT(std::string(trimmed(line)), Not(StartsWith("##[")));
  }
}

TEST_P(AnyFormat, IsThereForAReportThatHoldsNothing) {
  EXPECT_NE(rendered({.command = "verify"}) + "x", "");
}

std::string test_name(const testing::TestParamInfo<std::string>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(Formats, AnyFormat, testing::ValuesIn(check_format_names()), test_name);

TEST(ToText, EveryCheckHasItsLineAndItsTimes) {
  const std::string text = to_text(passing_report(), {});

  EXPECT_THAT(text, HasSubstr("ok  0001  change 0001  up 1.2 ms  down 0.8 ms  up again 1.1 ms\n"));
  EXPECT_THAT(to_text(long_report(1000), {}), HasSubstr("\nslowest: "));
}

TEST(ToText, NotesNeedVerbose) {
  EXPECT_THAT(to_text(failing_report(), {}), Not(HasSubstr("column order")));
  EXPECT_THAT(to_text(failing_report(), {.verbose = true}), HasSubstr("column order"));
}

TEST(ToJunit, IsWellFormedXmlWithACaseACheck) {
  pugi::xml_document document;

  ASSERT_TRUE(document.load_string(to_junit(hostile_report(), {}).c_str()));

  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(suite.attribute("tests").as_int(), 3);
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 1);
  EXPECT_EQ(std::distance(suite.begin(), suite.end()), 3);
}

TEST(ToJunit, AFindingOfNoCheckIsACaseOfItsOwn) {
  pugi::xml_document document;

  ASSERT_TRUE(document.load_string(to_junit(failing_report(), {}).c_str()));

  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(suite.attribute("tests").as_int(), 7);
  EXPECT_EQ(suite.attribute("failures").as_int(), 4);
  EXPECT_STREQ(suite.last_child().attribute("name").as_string(), "base");
}

TEST(ToJunit, AReportWithoutChecksIsOneCase) {
  EXPECT_THAT(to_junit({.command = "drift"}, {}), HasSubstr("tests=\"1\" failures=\"0\""));
}

TEST(ToSarif, EveryResultHasARuleWithHelpAndAPlace) {
  const json run = json::parse(to_sarif(failing_report(), {}))["runs"][0];
  const json& rules = run["tool"]["driver"]["rules"];

  ASSERT_EQ(run["results"].size(), 4U);
  for (const json& result : run["results"]) {
    EXPECT_EQ(rules[result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
  }
  EXPECT_NE(rules[0]["help"]["text"], "");
  const json& place = run["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "migrations/0004.sql");
  EXPECT_EQ(place["region"]["startLine"], 12);
}

TEST(ToSarif, APathIsAUri) {
  const std::string text = to_sarif(hostile_report(), {});

  EXPECT_THAT(text, HasSubstr("migrations/a,b%3Ac%25%0A%3C/script%3E"));
}

TEST(ToGithub, NothingInAFindingEndsItsCommand) {
  Report report{.command = "verify"};
  report.findings = {{"residue", "a,b:c", "50% off\r\n::error::x", "dir,a:b/50%.sql", 7}};

  EXPECT_EQ(to_github(report, {}),
            "::error file=dir%2Ca%3Ab/50%25.sql,line=7,title=provision verify%3A residue%3A "
            "a%2Cb%3Ac::residue  a,b:c: 50%25 off\\x0D\\x0A::error::x%0A"
            "  at dir,a:b/50%25.sql:7\nprovision verify: 1 finding\n");
}

TEST(ToMarkdown, WhatIsNotOkIsInTheTableAndForeignTextIsNoMarkup) {
  const std::string text = std::regex_replace(to_markdown(hostile_report(), {}),
                                              std::regex("````diff\\n[^]*\\n````\\n"), "");

  EXPECT_THAT(text, AllOf(Not(HasSubstr("<img")), Not(HasSubstr("</script")),
                          Not(HasSubstr("[x](")), Not(HasSubstr("@team |"))));
  EXPECT_THAT(to_markdown(failing_report(), {}), HasSubstr("| residue | <code>0004</code> |"));
}

TEST(ToMarkdown, IsNeverTooLongForASummary) {
  Report report = long_report(10);
  Finding finding = failing_report().findings[0];
  report.findings.assign(3000, finding);

  const std::string text = to_markdown(report, {});

  EXPECT_LT(text.size(), 1'000'000U);
  EXPECT_THAT(text, HasSubstr("findings more are not shown here"));
}

std::string kind_of_object(const std::string& object) {
  return kind_of(Difference{.type = "extra", .object = object, .difference_class = "structure"});
}

TEST(KindOf, IsTheFirstWordsOfTheObject) {
  EXPECT_EQ(kind_of_object("column users.email"), "column");
  EXPECT_EQ(kind_of_object("foreign key orders.customer"), "foreign key");
  EXPECT_EQ(kind_of_object("text search parser x"), "text search parser");
  EXPECT_EQ(kind_of_object("table my foreign key"), "table");
  EXPECT_EQ(kind_of_object("table"), "table");
}

TEST(Verdicts, EachOfVerifyHasMeaningAndAdvice) {
  for (const char* name : {"no-down", "up-failed", "down-failed", "residue", "reup-failed",
                           "reup-differs", "data-lost", "irreversible", "skipped"}) {
    ASSERT_NE(find_verdict(name), nullptr) << name;
    EXPECT_FALSE(find_verdict(name)->advice.empty());
  }
}

}  // namespace
}  // namespace provision
