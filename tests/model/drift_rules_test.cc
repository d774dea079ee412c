// What the rules of an environment hide, and what not.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/errors.h"
#include "tests/model/drift_cases.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum ObjectKind;

DriftRules rules(const std::vector<std::string>& texts) {
  DriftRules result;
  for (const std::string& text : texts) result.ignore.push_back({text, "environments/dev.yaml:1"});
  return result;
}

std::vector<std::string> lines(const std::vector<ObjectDifference>& differences) {
  std::vector<std::string> result;
  for (const Difference& row : described(differences)) {
    result.push_back(fmt::format("{} {}{}{}", row.type, row.object,
                                 row.attribute.empty() ? "" : ": ", row.attribute));
  }
  return result;
}

/// A schema `audit` and the public one, each with a table `log`, a view `recent`, and what belongs
/// to them.
std::vector<SchemaObject> database_of(const std::string& type, const std::string& owner) {
  std::vector<SchemaObject> objects;
  for (const std::string schema : {"audit", "public"}) {
    objects.push_back(object_of(
        table, "", "log",
        {{"owner", owner}, {"privilege to app", type}, {"privilege to metrics", type}}, schema));
    objects.push_back(object_of(column, "log", "id", {{"type", type}, {"comment", type}}, schema));
    objects.push_back(object_of(view, "", "recent", {{"definition", type}}, schema));
    objects.push_back(object_of(column, "recent", "id", {{"type", type}}, schema));
    objects.push_back(object_of(function, "", "total(integer)", {{"definition", type}}, schema));
  }
  return objects;
}

/// What is left of all differences when `rule` has taken its own, and how much that was.
std::pair<std::vector<std::string>, int> left_by(const std::string& rule) {
  std::vector<ObjectDifference> differences =
      difference_of(database_of("one", "ann"), database_of("other", "bob"));
  const std::vector<Ignored> hidden = ignore(differences, rules({rule}));
  return {lines(differences), hidden.at(0).count};
}

std::vector<std::string> all() {
  return lines(difference_of(database_of("one", "ann"), database_of("other", "bob")));
}

/// The lines that `rule` hides.
std::vector<std::string> hidden_by(const std::string& rule) {
  std::vector<std::string> hidden = all();
  for (const std::string& line : left_by(rule).first) {
    hidden.erase(std::find(hidden.begin(), hidden.end(), line));
  }
  return hidden;
}

TEST(DriftRules, ATableIsHiddenWithItsPartsAndNoViewWithIt) {
  EXPECT_THAT(
      hidden_by("table audit.*"),
      ElementsAre("changed table audit.log: owner", "changed table audit.log: privilege to app",
                  "changed table audit.log: privilege to metrics",
                  "changed column audit.log.id: comment", "changed column audit.log.id: type"));
  EXPECT_EQ(left_by("table audit.*").second, 2);
}

TEST(DriftRules, ANameWithoutASchemaIsThatOfThePublicOne) {
  const auto expected =
      ElementsAre("changed view recent: definition", "changed column recent.id: type");

  EXPECT_THAT(hidden_by("view recent"), expected);
  EXPECT_THAT(hidden_by("view public.recent"), expected);
  EXPECT_THAT(hidden_by("view public.*"), expected);
}

TEST(DriftRules, AnyKindIsHiddenByAStar) {
  EXPECT_EQ(hidden_by("* audit.*").size(), all().size() / 2);
  EXPECT_THAT(left_by("* *").first, IsEmpty());
}

TEST(DriftRules, FieldsAreHiddenByWhatTheyAre) {
  EXPECT_THAT(hidden_by("privilege * to metrics"),
              ElementsAre("changed table audit.log: privilege to metrics",
                          "changed table log: privilege to metrics"));
  EXPECT_THAT(hidden_by("privilege log"), ElementsAre("changed table log: privilege to app",
                                                      "changed table log: privilege to metrics"));
  EXPECT_THAT(hidden_by("owner audit.*"), ElementsAre("changed table audit.log: owner"));
  EXPECT_THAT(hidden_by("comment *"), ElementsAre("changed column audit.log.id: comment",
                                                  "changed column log.id: comment"));
}

TEST(DriftRules, AFunctionMayBeNamedWithWhatItIsCalledWithOrWithout) {
  const auto expected = ElementsAre("changed function audit.total(integer): definition");

  EXPECT_THAT(hidden_by("function audit.total"), expected);
  EXPECT_THAT(hidden_by("function audit.total(integer)"), expected);
  EXPECT_THAT(hidden_by("function audit.tot??"), expected);
}

TEST(DriftRules, ARuleThatHidesNothingIsStale) {
  EXPECT_EQ(left_by("table none"), std::pair(all(), 0));
  EXPECT_EQ(left_by("table log.id").second, 0);
}

TEST(DriftRules, TheFirstOfTwoRulesGetsWhatBothHide) {
  std::vector<ObjectDifference> differences =
      difference_of(database_of("one", "ann"), database_of("other", "ann"));

  const std::vector<Ignored> hidden =
      ignore(differences, rules({"comment *", "table audit.*", "column audit.*", "column *"}));

  EXPECT_EQ(hidden.at(0).count, 2);
  EXPECT_EQ(hidden.at(1).count, 2);
  EXPECT_EQ(hidden.at(2).count, 1);
  EXPECT_EQ(hidden.at(3).count, 2);
  EXPECT_EQ(hidden.at(3).rule.text, "column *");
}

TEST(DriftRules, MissingAndExtraObjectsAreHiddenToo) {
  std::vector<ObjectDifference> differences = difference_of(
      {object_of(foreign_key, "orders", "one", {}, "shop")},
      {object_of(default_privileges, "", "ann on tables", {{"privilege to metrics", "SELECT"}}),
       object_of(default_privileges, "", "bob on tables",
                 {{"privilege to app", "SELECT"}, {"privilege to metrics", "SELECT"}})});

  const auto hidden = ignore(differences, rules({"foreign key shop.*", "privilege * to metrics"}));

  EXPECT_EQ(hidden.at(0).count, 1);
  EXPECT_EQ(hidden.at(1).count, 1);
  EXPECT_THAT(lines(differences), ElementsAre("extra default privileges bob on tables"));
}

TEST(DriftRules, SettingsAndWhatTheServerHasAreKnownByTheirNames) {
  const auto database_with = [](const std::string& value) {
    return object_of(database, "", "",
                     {{"setting work_mem", value},
                      {"setting search_path of app", value},
                      {"connection limit", value},
                      {"server encoding", value}},
                     "");
  };
  const auto left = [&](const std::string& rule) {
    std::vector<ObjectDifference> differences = difference_of(
        {database_with("1"), object_of(extension, "", "pg_trgm", {{"extension version", "1"}}, "")},
        {database_with("2"),
         object_of(extension, "", "pg_trgm", {{"extension version", "2"}}, "")});
    const int count = ignore(differences, rules({rule})).at(0).count;
    return lines(differences).size() + static_cast<size_t>(count) * 10;
  };

  EXPECT_EQ(left("setting work_mem"), 14U);
  EXPECT_EQ(left("setting *of app"), 14U);
  EXPECT_EQ(left("setting connection limit"), 14U);
  EXPECT_EQ(left("setting *"), 32U);
  EXPECT_EQ(left("server encoding"), 14U);
  EXPECT_EQ(left("server pg_*"), 14U);
  EXPECT_EQ(left("server *"), 23U);
  EXPECT_EQ(left("database *"), 11U);
}

TEST(DriftRules, WhatSaysNothingIsRefusedWithTheNearestWord) {
  const auto trouble = [](const std::string& rule) {
    return trouble_of([&] { check_ignore_rule(rule, {"environments/dev.yaml", 3}); });
  };
  const std::string at = "environments/dev.yaml:3: ";
  const std::string hint = " | write 'table audit.*', '* audit.*' or 'privilege * to metrics'";

  EXPECT_EQ(trouble("tabel audit.*"),
            at + "'tabel audit.*' in 'ignore' is not a kind of object and a name | did you mean "
                 "'table audit.*'?");
  EXPECT_EQ(trouble("table"),
            at + "'table' in 'ignore' is not a kind of object and a name | did you "
                 "mean 'table *'?");
  EXPECT_EQ(trouble("audit.*"),
            at + "'audit.*' in 'ignore' is not a kind of object and a name" + hint);
  EXPECT_EQ(trouble(""), at + "'' in 'ignore' is not a kind of object and a name" + hint);
  EXPECT_EQ(trouble("forein key shop.*"),
            at +
                "'forein key shop.*' in 'ignore' is not a kind of object and a name | did you mean "
                "'foreign key shop.*'?");
}

}  // namespace
}  // namespace provision
