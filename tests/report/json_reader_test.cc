#include "provision/report/json_reader.h"

#include <gmock/gmock.h>

#include "provision/report/render.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using testing::HasSubstr;

void expect_round_trip(const Report& report) {
  const std::string written = to_json(report, {});

  EXPECT_EQ(to_json(read_json(written, "report.json"), {}), written);
}

std::string trouble(const std::string& text) {
  try {
    read_json(text, "report.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  }
  return "no trouble";
}

TEST(ReadJson, WhatWasWrittenIsReadAndWrittenTheSame) {
  expect_round_trip(passing_report());
  expect_round_trip(failing_report());
  expect_round_trip(hostile_report());
  expect_round_trip(drift_report());
  expect_round_trip(schema_drift_report());
  expect_round_trip(equal_drift_report());
  expect_round_trip(fleet_drift_report());
  expect_round_trip(hostile_drift_report());
  expect_round_trip(large_drift_report(200, 300));
  expect_round_trip(two_databases_report());
  expect_round_trip(long_report(200));
}

TEST(ReadJson, TablesFactsAndBodyKeepTheirPlaces) {
  Report report = drift_report();
  report.facts.push_back({"schemas", "", Cell(Value(std::vector<std::string>{"a", "b"}))});
  report.facts.push_back({"ratio", "", Cell(Value(1.5))});
  report.facts.push_back({"none", "", Cell()});
  report.tables = {{"pending", "", {{"revision"}, {"ms"}}, {{Cell("a1"), Cell(Value(2.0))}}},
                   {"nothing", "", {{"revision"}}}};
  report.body_key = "sql";
  report.body = "SELECT 1;\n";

  expect_round_trip(report);
}

TEST(ReadJson, EverythingOfAFindingIsThere) {
  const Report report = read_json(to_json(failing_report(), {}), "report.json");

  ASSERT_EQ(report.findings.size(), 4U);
  EXPECT_EQ(report.findings[0].line, 12);
  EXPECT_EQ(report.findings[0].differences[2].attribute, "default");
  EXPECT_FALSE(report.findings[0].differences[4].counts);
  EXPECT_THAT(report.findings[1].detail, HasSubstr("\n"));
  EXPECT_EQ(report.checks[2].outcome, Check::Outcome::skipped);
  EXPECT_EQ(report.checks[4].parents, (std::vector<std::string>{"0003", "0004"}));
  EXPECT_DOUBLE_EQ(report.checks[4].timings[0].milliseconds, 61.5);
}

TEST(ReadJson, ComparisonsAndJudgementsAreThere) {
  const Report report = read_json(to_json(schema_drift_report(), {}), "report.json");

  ASSERT_EQ(report.comparisons.size(), 2U);
  EXPECT_EQ(report.comparisons[0].actual, "staging");
  EXPECT_EQ(report.comparisons[0].database, "shop");
  EXPECT_EQ(report.comparisons[0].objects[7].state, "missing");
  EXPECT_EQ(report.comparisons[0].objects[7].severity, "breaking");
  EXPECT_EQ(report.comparisons[0].objects[7].parts, 7);
  EXPECT_EQ(report.findings[2].severity, "breaking");
  EXPECT_EQ(report.findings[2].database, "shop");
  EXPECT_EQ(report.findings[2].differences[0].reason, "longer values are refused");
}

TEST(ReadJson, AComparedObjectWithoutASaneCountIsRefused) {
  for (const char* parts : {"-1", "1.5", "\"1\"", "99999999999"}) {
    EXPECT_THAT(trouble(std::string(R"({"command": "d", "ok": true, "comparisons": [{"expected":
                "a", "actual": "b", "objects": [{"name": "t", "state": "same", "parts": )") +
                        parts + R"(}]}], "summary": "", "findings": []})"),
                HasSubstr("'report.comparisons[0].objects[0].parts'"));
  }
}

TEST(ReadJson, WhatIsNoReportIsAUsageErrorThatSaysWhere) {
  EXPECT_THAT(trouble(""), HasSubstr("report.json: malformed JSON"));
  EXPECT_THAT(trouble("[]"), HasSubstr("not a report of ours"));
  EXPECT_THAT(trouble("{}"), HasSubstr("'report.command' is missing"));
  EXPECT_THAT(trouble(R"({"command": "verify", "ok": true})"), HasSubstr("findings"));
  EXPECT_THAT(trouble(R"({"command": "verify", "ok": false, "findings": []})"), HasSubstr("ok"));
  EXPECT_THAT(trouble(R"({"command": "v", "ok": false, "error": {"kind": "usage"}})"),
              HasSubstr("ended with an error"));
  EXPECT_THAT(
      trouble(
          R"({"command": "v", "ok": true, "checks": [{"id": 1}], "summary": "", "findings": []})"),
      HasSubstr("'report.checks[0].id' is not a text"));
  EXPECT_THAT(trouble(R"({"command": "v", "ok": false, "findings": [{"verdct": "x"}]})"),
              HasSubstr("'report.findings[0].verdct' is not known"));
}

TEST(ReadJson, DeepNestingIsRefused) {
  EXPECT_THAT(trouble(std::string(100'000, '[')), HasSubstr("report.json"));
}

}  // namespace
}  // namespace provision
