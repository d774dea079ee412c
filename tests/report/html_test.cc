#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include "provision/report/html_graph.h"
#include "provision/report/html_overview.h"
#include "provision/report/html_text.h"
#include "provision/report/render.h"
#include "provision/report/word_difference.h"
#include "tests/report/reports.h"

namespace provision {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Check> history(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& revisions) {
  std::vector<Check> checks;
  for (const auto& [id, parents] : revisions) checks.push_back(passed_check(id, parents));
  return checks;
}

TEST(GraphRows, ALineOfRevisionsStaysInItsLane) {
  for (const GraphRow& row : graph_rows(history({{"a", {}}, {"b", {"a"}}, {"c", {"b"}}}))) {
    EXPECT_EQ(row.lane, 0);
    EXPECT_THAT(row.passing, IsEmpty());
  }
}

TEST(GraphRows, ABranchTakesALaneUntilItIsMerged) {
  const std::vector<GraphRow> rows =
      graph_rows(history({{"a", {}}, {"b", {"a"}}, {"c", {"a"}}, {"d", {"b", "c"}}, {"e", {"d"}}}));

  EXPECT_EQ(rows[1].lane, 1);
  EXPECT_THAT(rows[1].passing, ElementsAre(0));
  EXPECT_EQ(rows[2].lane, 0);
  EXPECT_THAT(rows[2].passing, ElementsAre(1));
  EXPECT_THAT(rows[3].parents, ElementsAre(1, 0));
  EXPECT_THAT(rows[3].passing, IsEmpty());
  EXPECT_EQ(rows[4].lane, 0);
}

TEST(GraphRows, ManyHeadsOfOneParentNeedTwoLanes) {
  std::vector<Check> checks = history({{"base", {}}});
  for (int i = 0; i < 1000; ++i) checks.push_back(passed_check(fmt::format("{}", i), {"base"}));

  for (const GraphRow& row : graph_rows(checks)) EXPECT_LE(row.lane, 1);
}

TEST(GraphRows, ParentsThatAreNotAboveAreNotDrawn) {
  const std::vector<GraphRow> rows =
      graph_rows(history({{"a", {"a", "b", "gone"}}, {"b", {"a", "a"}}}));

  EXPECT_TRUE(rows[0].is_rooted);
  EXPECT_THAT(rows[0].parents, IsEmpty());
  EXPECT_THAT(rows[1].parents, ElementsAre(0));
}

TEST(GraphPicture, IsNoWiderForAHundredLanes) {
  std::vector<Check> checks;
  for (int i = 0; i < 100; ++i) checks.push_back(passed_check(fmt::format("root {}", i), {}));
  for (int i = 0; i < 100; ++i) {
    checks.push_back(passed_check(fmt::format("leaf {}", i), {fmt::format("root {}", i)}));
  }

  EXPECT_LT(graph_width(graph_rows(checks)), 200);
}

TEST(MarkedChanges, WordsThatTheOtherSideHasNotAreMarked) {
  const auto [expected, actual] = marked_changes("varchar(80) not null", "varchar(120) not null");

  EXPECT_EQ(expected, "varchar(<mark>80</mark>) not null");
  EXPECT_EQ(actual, "varchar(<mark>120</mark>) not null");
}

TEST(MarkedChanges, MarkupIsText) {
  EXPECT_EQ(marked_changes("<b>", "<i>").first, "&lt;<mark>b</mark>&gt;");
}

TEST(MarkedChanges, TextsTooLongToCompareAreMarkedInTheMiddle) {
  std::string before = "same ";
  std::string after = "same ";
  for (int i = 0; i < 5000; ++i) {
    before += fmt::format("a{} ", i);
    after += fmt::format("b{} ", i);
  }

  EXPECT_THAT(marked_changes(before, after).first, testing::StartsWith("same <mark>a0 a1"));
}

TEST(PolicyHash, IsTheBase64OfTheSha256) {
  EXPECT_EQ(policy_hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  EXPECT_EQ(policy_hash("alert(1)"), "sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=");
}

TEST(NameParts, AreKindSchemaAndName) {
  const auto parts = [](std::string_view object) {
    const NameParts found = name_parts(object);
    return fmt::format("{}|{}|{}", found.kind, found.schema, found.name);
  };

  EXPECT_EQ(parts("table shop.users"), "table|shop|users");
  EXPECT_EQ(parts("materialized view users"), "materialized view||users");
  EXPECT_EQ(parts("function total(shop.money)"), "function||total(shop.money)");
  EXPECT_EQ(parts("schema shop"), "schema|shop|shop");
  EXPECT_EQ(parts("table .x"), "table||.x");
  EXPECT_EQ(parts(""), "||");
}

TEST(Plural, OfEveryKind) {
  EXPECT_EQ(plural("table"), "tables");
  EXPECT_EQ(plural("index"), "indexes");
  EXPECT_EQ(plural("policy"), "policies");
  EXPECT_EQ(plural("operator class"), "operator classes");
  EXPECT_EQ(plural("statistics"), "statistics");
}

TEST(Overview, OfManyObjectsThoseThatAreTheSameAreOnlyCounted) {
  const std::string few = render(large_drift_report(10, 100), "html", {});
  const std::string many = render(large_drift_report(10, 9990), "html", {});

  EXPECT_THAT(few, HasSubstr("area_00.thing_00040: the same, 13 parts"));
  EXPECT_THAT(many, Not(HasSubstr("the same, 13 parts")));
  EXPECT_THAT(many, HasSubstr("= 499 the same"));
  EXPECT_LT(many.size(), 60'000U);
}

TEST(Overview, LikelyRenamesArePointedOut) {
  const std::string html = render(schema_drift_report(), "html", {});

  EXPECT_THAT(
      html, AllOf(HasSubstr("perhaps renamed to foreign key shop.orders.orders_customer_fk<"),
                  HasSubstr("perhaps renamed from foreign key shop.orders.orders_customer_fkey<")));
}

TEST(ToHtml, NamesNoAddressAndHasNoInlineHandlerOrStyle) {
  const std::string html = render(hostile_report(), "html", {});
  const std::string own = render(failing_report(), "html", {});

  EXPECT_THAT(own, Not(HasSubstr("//db.")));
  EXPECT_FALSE(
      std::regex_search(own, std::regex("(src|href|action)=\"(?!#)|url\\(|@import|https?:")));
  EXPECT_FALSE(std::regex_search(own, std::regex("<[a-z]+ [^>]*\\b(style|on[a-z]+)=")));
  EXPECT_FALSE(std::regex_search(html, std::regex("<img|<!--")));
  const std::string drift = render(schema_drift_report(), "html", {});
  EXPECT_FALSE(
      std::regex_search(drift, std::regex("(src|href|action)=\"(?!#)|url\\(|@import|https?:")));
  EXPECT_FALSE(std::regex_search(drift, std::regex("<[a-z]+ [^>]*\\b(style|on[a-z]+)=")));
}

}  // namespace
}  // namespace provision
