// What is pointed out as one object under two names, and what is not.
#include <gmock/gmock.h>

#include "tests/model/drift_cases.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum ObjectKind;

std::vector<std::string> renames(std::vector<SchemaObject> expected,
                                 std::vector<SchemaObject> actual) {
  std::vector<std::string> lines;
  for (const LikelyRename& rename :
       likely_renames(difference_of(std::move(expected), std::move(actual)))) {
    lines.push_back(to_string(rename.expected) + " => " + to_string(rename.actual));
  }
  return lines;
}

SchemaObject table_of(const std::string& name, const std::string& columns) {
  return object_of(table, "", name, {{"column order", columns}});
}

SchemaObject column_of(const std::string& table, const std::string& name, const std::string& type) {
  return object_of(column, table, name, {{"type", type}});
}

TEST(LikelyRenames, AColumnAtTheSamePlaceOfTheSameTypeIsOne) {
  EXPECT_THAT(renames({table_of("t", "id\na\nb"), column_of("t", "a", "text")},
                      {table_of("t", "id\nx\nb"), column_of("t", "x", "text")}),
              ElementsAre("column t.a => column t.x"));
}

TEST(LikelyRenames, AnEnumsValueInThePlaceOfAnotherIsOne) {
  const auto mood = [](const std::string& values) {
    return object_of(enum_type, "", "mood", {{"values", values}});
  };

  EXPECT_THAT(renames({mood("'sad', 'it''s ok', 'happy'")}, {mood("'sad', 'fine, so', 'happy'")}),
              ElementsAre("enum mood.it's ok => enum mood.fine, so"));
  EXPECT_THAT(renames({mood("'sad', 'ok'")}, {mood("'ok', 'glad'")}), IsEmpty());
  EXPECT_THAT(renames({mood("'sad'")}, {mood("'sad', 'ok'")}), IsEmpty());
}

TEST(LikelyRenames, AColumnOfAnotherTypeIsNone) {
  EXPECT_THAT(renames({table_of("t", "id\na"), column_of("t", "a", "text")},
                      {table_of("t", "id\nx"), column_of("t", "x", "integer")}),
              IsEmpty());
}

TEST(LikelyRenames, AColumnAtAnotherPlaceIsNone) {
  EXPECT_THAT(renames({table_of("t", "id\na\nb"), column_of("t", "a", "text")},
                      {table_of("t", "id\nb\nx"), column_of("t", "x", "text")}),
              IsEmpty());
}

TEST(LikelyRenames, PlacesTellColumnsOfOneTypeApart) {
  EXPECT_THAT(
      renames(
          {table_of("t", "a\nid\nb"), column_of("t", "a", "text"), column_of("t", "b", "text")},
          {table_of("t", "x\nid\ny"), column_of("t", "x", "text"), column_of("t", "y", "text")}),
      ElementsAre("column t.a => column t.x", "column t.b => column t.y"));
}

TEST(LikelyRenames, TwoThatFitAreNotChosenFrom) {
  EXPECT_THAT(renames({table_of("t", "id\na"), column_of("t", "a", "text")},
                      {table_of("t", "id\nx\ny"), column_of("t", "x", "text"),
                       column_of("t", "y", "text")}),
              IsEmpty());
}

TEST(LikelyRenames, AColumnOfAnotherTableIsNone) {
  EXPECT_THAT(renames({column_of("t", "a", "text")}, {column_of("u", "a", "text")}), IsEmpty());
}

/// A table with a key, an index, a trigger and a comment, called `name`.
std::vector<SchemaObject> users(const std::string& name, const std::string& type = "text") {
  return {object_of(table, "", name, {{"column order", "id\nemail"}, {"comment", name}}),
          column_of(name, "id", "integer"),
          column_of(name, "email", type),
          object_of(primary_key, name, name + "_pkey", {{"definition", "PRIMARY KEY (id)"}}),
          object_of(index, name, name + "_email_idx", {{"definition", "btree (email)"}}),
          object_of(trigger, name, "audit",
                    {{"definition", "CREATE TRIGGER audit ON public." + name + " ..."}})};
}

TEST(LikelyRenames, ATableWithTheSamePartsIsOne) {
  EXPECT_THAT(renames(users("users"), users("people")), ElementsAre("table users => table people"));
}

TEST(LikelyRenames, ATableWithAnotherColumnIsNone) {
  EXPECT_THAT(renames(users("users"), users("people", "varchar")), IsEmpty());
}

TEST(LikelyRenames, ATableInAnotherSchemaIsOne) {
  EXPECT_THAT(renames({object_of(table, "", "t", {{"column order", "id"}}),
                       column_of("t", "id", "integer")},
                      {object_of(table, "", "t", {{"column order", "id"}}, "shop"),
                       object_of(column, "t", "id", {{"type", "integer"}}, "shop")}),
              ElementsAre("table t => table shop.t"));
}

TEST(LikelyRenames, ATableOfAnotherNameInAnotherSchemaIsNone) {
  EXPECT_THAT(renames({object_of(table, "", "t", {{"options", "fillfactor=70"}})},
                      {object_of(table, "", "u", {{"options", "fillfactor=70"}}, "shop")}),
              IsEmpty());
}

TEST(LikelyRenames, WhatMayBeRenamedAndMayHaveMovedIsNone) {
  const auto view_of = [](const std::string& schema, const std::string& name) {
    return object_of(view, "", name, {{"definition", "SELECT 1"}}, schema);
  };

  EXPECT_THAT(renames({view_of("public", "v")}, {view_of("public", "w"), view_of("shop", "v")}),
              IsEmpty());
}

TEST(LikelyRenames, AColumnThatTheOtherSideInheritsIsNone) {
  EXPECT_THAT(renames({table_of("t", "id\na\nx"), column_of("t", "a", "text")},
                      {table_of("t", "id\nx"), column_of("t", "x", "text")}),
              IsEmpty());
}

TEST(LikelyRenames, IndexesConstraintsFunctionsAndTypesAreKnownByWhatTheySay) {
  const auto pair = [](ObjectKind kind, const std::string& table, const Field& field) {
    return renames({object_of(kind, table, "a", {field})}, {object_of(kind, table, "b", {field})});
  };

  EXPECT_THAT(pair(index, "t", {"definition", "btree (x)"}), ElementsAre("index t.a => index t.b"));
  EXPECT_THAT(pair(check, "t", {"definition", "CHECK (x > 0)"}),
              ElementsAre("check t.a => check t.b"));
  EXPECT_THAT(pair(function, "", {"definition", "SELECT 1"}),
              ElementsAre("function a => function b"));
  EXPECT_THAT(pair(enum_type, "", {"values", "'x', 'y'"}), ElementsAre("enum a => enum b"));
}

TEST(LikelyRenames, TheOwnNameInATriggersTextDoesNotCount) {
  const auto trigger_of = [](const std::string& name) {
    return object_of(trigger, "t", name, {{"definition", "CREATE TRIGGER " + name + " ON t"}});
  };

  EXPECT_THAT(renames({trigger_of("one")}, {trigger_of("other")}),
              ElementsAre("trigger t.one => trigger t.other"));
}

TEST(LikelyRenames, WhatIsNothingButANameIsNone) {
  EXPECT_THAT(renames({object_of(sequence, "", "a"), object_of(schema, "", "s", {}, "")},
                      {object_of(sequence, "", "b"), object_of(schema, "", "r", {}, "")}),
              IsEmpty());
}

}  // namespace
}  // namespace provision
