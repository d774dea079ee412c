#include <gmock/gmock.h>

#include "provision/ops/drift/normalise.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Type = ObjectDifference::Type;

ObjectDifference changed(ObjectKind kind, const std::string& field, const std::string& expected,
                         const std::string& actual) {
  const ObjectId id{kind, "public", "", "x"};
  ObjectDifference one{Type::changed, {.id = id}, {.id = id}};
  one.fields = {{field, expected, actual, class_of(kind, field)}};
  return one;
}

TEST(DriftBetweenVersions, WhatServersMerelyWriteDifferentlyIsSilent) {
  std::vector<ObjectDifference> differences = {
      changed(ObjectKind::view, "definition", " SELECT users.id\n   FROM users;",
              " SELECT id\n   FROM users;"),
      changed(ObjectKind::table, "privilege to app", "SELECT, INSERT", "SELECT, INSERT, MAINTAIN"),
      {Type::extra, {}, {.id = {ObjectKind::not_null, "public", "t", "t_a_not_null"}}}};

  forget_versions(differences);

  EXPECT_THAT(differences, IsEmpty());
}

TEST(DriftBetweenVersions, DefinitionsThatOnlyAServerCanCompareAreOfTheServer) {
  std::vector<ObjectDifference> differences = {
      changed(ObjectKind::view, "definition", "SELECT a FROM t", "SELECT b FROM t"),
      changed(ObjectKind::column, "type", "integer", "bigint")};

  forget_versions(differences);

  ASSERT_THAT(differences, SizeIs(2));
  EXPECT_EQ(differences[0].fields[0].difference_class, DifferenceClass::server);
  EXPECT_EQ(differences[1].fields[0].difference_class, DifferenceClass::structure);
}

TEST(DriftBetweenVersions, NumbersStringsAndParenthesesStillCount) {
  std::vector<ObjectDifference> differences = {
      changed(ObjectKind::check, "definition", "CHECK ((a > 1))", "CHECK ((a > 11))"),
      changed(ObjectKind::check, "definition", "CHECK ((a OR b) AND c)", "CHECK (a OR (b AND c))"),
      changed(ObjectKind::column, "default", "'a.b'", "'c.b'"),
      changed(ObjectKind::column, "default", "0.5", "5")};

  forget_versions(differences);

  EXPECT_THAT(differences, SizeIs(4));
}

SchemaObject table(const std::string& name, std::vector<Field> fields = {}) {
  return {.id = {ObjectKind::table, "public", "", name}, .fields = std::move(fields)};
}

TEST(DriftOfOwners, TheUsualOwnerIsTheOneOfMostObjects) {
  SchemaSnapshot snapshot;
  snapshot.objects = {
      {.id = {ObjectKind::database, "", "", ""}, .fields = {{"server owner", "postgres"}}},
      table("a", {{"owner", "app"}, {"unlogged", ""}}),
      table("b", {{"owner", "app"}}),
      table("c")};

  tell_owner(snapshot);
  const std::string owner = usual_owner(snapshot);
  forget_owner(snapshot, owner);

  EXPECT_EQ(owner, "app");
  EXPECT_THAT(snapshot.objects[1].fields, ElementsAre(Field{"unlogged", ""}));
  EXPECT_THAT(snapshot.objects[3].fields, ElementsAre(Field{"owner", "postgres"}));
}

}  // namespace
}  // namespace provision
