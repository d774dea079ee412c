#include "provision/report/shards.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "provision/base/error.h"
#include "provision/report/render.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// `whole` dealt out to `count` shards: check i to the shard that `shard_of` names.
std::vector<ShardReport> dealt(const Report& whole, int count, const auto& shard_of) {
  std::vector<ShardReport> shards;
  for (int number = 1; number <= count; ++number) {
    Report part = whole;
    part.facts.push_back({"shard", "", Cell(fmt::format("{}/{}", number, count))});
    part.checks.clear();
    part.findings.clear();
    for (size_t i = 0; i < whole.checks.size(); ++i) {
      if (shard_of(static_cast<int>(i)) != number) continue;
      part.checks.push_back(whole.checks[i]);
      for (const Finding& finding : whole.findings) {
        if (finding.subject == whole.checks[i].id) part.findings.push_back(finding);
      }
    }
    shards.push_back({fmt::format("{}.json", number), std::move(part)});
  }
  return shards;
}

std::vector<ShardReport> example() {
  return dealt(passing_report(), 2, [](int i) { return 1 + i % 2; });
}

std::vector<std::string> ids(const Report& report) {
  std::vector<std::string> result;
  for (const Check& check : report.checks) result.push_back(check.id);
  return result;
}

std::string trouble(const std::vector<ShardReport>& shards) {
  try {
    joined(shards);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message();
  }
  return "no trouble";
}

TEST(Shards, AddUpToTheWholeHoweverTheyWereDealt) {
  Report whole = long_report(200);
  whole.summary = joined(dealt(whole, 1, [](int) { return 1; })).summary;
  const std::string expected = to_json(whole, {});

  EXPECT_EQ(to_json(joined(dealt(whole, 3, [](int i) { return 1 + i % 3; })), {}), expected);
  EXPECT_EQ(to_json(joined(dealt(whole, 3, [](int i) { return 1 + i / 70; })), {}), expected);
  EXPECT_EQ(to_json(joined(dealt(whole, 3, [](int i) { return 3 - i / 70; })), {}), expected);
}

TEST(Shards, MayBeNamedInAnyOrder) {
  std::vector<ShardReport> shards = example();
  std::swap(shards[0], shards[1]);

  EXPECT_THAT(ids(joined(shards)), ElementsAre("0001", "0002", "0003"));
}

TEST(Shards, MayBeEmpty) {
  const Report report = joined(dealt(passing_report(), 4, [](int) { return 4; }));

  EXPECT_THAT(ids(report), ElementsAre("0001", "0002", "0003"));
}

TEST(Shards, WhatEachOfThemFoundOnTheWholeIsToldOnce) {
  std::vector<ShardReport> shards = example();
  for (ShardReport& shard : shards) {
    shard.report.findings = {{"edited", "lock file", "1 revision was edited"}};
  }

  EXPECT_EQ(joined(shards).findings.size(), 1U);
}

TEST(Shards, AMissingOneIsNamed) {
  std::vector<ShardReport> shards = dealt(passing_report(), 3, [](int i) { return 1 + i; });
  shards.erase(shards.begin() + 1);

  EXPECT_EQ(trouble(shards), "shard 2/3 is missing");
}

TEST(Shards, ADoubledOneIsNamedWithItsFiles) {
  std::vector<ShardReport> shards = example();
  shards.push_back(shards[1]);
  shards[2].file = "again.json";

  EXPECT_EQ(trouble(shards), "shard 2/2 is there twice: '2.json', 'again.json'");
}

TEST(Shards, OfDifferentCommandsEnvironmentsOrCountsDoNotJoin) {
  std::vector<ShardReport> commands = example();
  commands[1].report.command = "drift";
  std::vector<ShardReport> environments = example();
  environments[1].report.facts[0].value = Cell("staging");
  std::vector<ShardReport> counts = example();
  counts[1].report.facts.back().value = Cell("2/3");

  EXPECT_THAT(trouble(commands), HasSubstr("'2.json' one of `drift`"));
  EXPECT_THAT(trouble(environments), HasSubstr("they differ in 'environment'"));
  EXPECT_THAT(trouble(counts), HasSubstr("'2.json' one of 3"));
}

TEST(Shards, ARevisionInTwoOfThemIsRefused) {
  std::vector<ShardReport> shards = example();
  shards[1].report.checks.push_back(shards[0].report.checks[0]);

  EXPECT_EQ(trouble(shards), "revision '0001' is in both '1.json' and '2.json'");
}

TEST(Shards, AReportOfAWholeRunIsNone) {
  EXPECT_EQ(trouble({{"all.json", passing_report()}}), "'all.json' is no report of a shard");
  for (const char* shard : {"", "1", "0/2", "3/2", "1/2x", "x/2", "1/99999999999"}) {
    std::vector<ShardReport> shards = example();
    shards[0].report.facts.back().value = Cell(shard);
    EXPECT_THAT(trouble(shards), HasSubstr("which is none")) << shard;
  }
}

}  // namespace
}  // namespace provision
