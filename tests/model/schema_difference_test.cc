#include "provision/model/schema_difference.h"

#include <gmock/gmock.h>

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SchemaObject object(ObjectKind kind, std::string table, std::string name,
                    std::vector<Field> fields = {}, bool generated_name = false) {
  return {{kind, "public", std::move(table), std::move(name)}, std::move(fields), generated_name};
}

SchemaSnapshot snapshot(std::vector<SchemaObject> objects) {
  std::sort(objects.begin(), objects.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return {"postgresql", "15.18", std::move(objects), {}};
}

std::vector<std::string> lines(const std::vector<ObjectDifference>& differences) {
  std::vector<std::string> result;
  for (const Difference& row : described(differences)) {
    result.push_back(row.type + " " + row.object + (row.attribute.empty() ? "" : ": ") +
                     row.attribute + (row.counts ? "" : " (note)"));
  }
  return result;
}

const SchemaObject kTable = object(ObjectKind::table, "", "t", {{"column order", "a\nb"}});
const SchemaObject kColumn = object(ObjectKind::column, "t", "a", {{"type", "integer"}});

TEST(SchemaDifference, EqualSchemasDoNotDiffer) {
  const SchemaSnapshot schema = snapshot({kTable, kColumn});

  EXPECT_THAT(lines(difference(schema, schema)), IsEmpty());
  EXPECT_EQ(fingerprint(schema), fingerprint(snapshot({kColumn, kTable})));
}

TEST(SchemaDifference, AMissingTableTakesItsPartsAlong) {
  const auto found = difference(snapshot({kTable, kColumn}), snapshot({}));

  EXPECT_THAT(lines(found), ElementsAre("missing table t"));
  EXPECT_THAT(found.at(0).parts, ElementsAre(kColumn));
}

TEST(SchemaDifference, APartIsKnownByWhatItIsAPartOf) {
  const SchemaObject view = object(ObjectKind::view, "", "t", {{"definition", "SELECT 1"}});
  const SchemaObject wider = object(ObjectKind::column, "t", "a", {{"type", "bigint"}});

  const auto of_table = difference(snapshot({kTable, kColumn}), snapshot({kTable, wider}));
  const auto of_view = difference(snapshot({view, kColumn}), snapshot({view, wider}));

  EXPECT_EQ(of_table.at(0).whole, ObjectKind::table);
  EXPECT_EQ(of_view.at(0).whole, ObjectKind::view);
}

TEST(SchemaDifference, AMissingOrExtraColumnKnowsWhatItFollows) {
  const auto found = difference(
      snapshot({object(ObjectKind::table, "", "t", {{"column order", "x\na\nc\nb"}}),
                object(ObjectKind::column, "t", "b"), object(ObjectKind::column, "t", "x")}),
      snapshot({object(ObjectKind::table, "", "t", {{"column order", "a\nc\nd"}}),
                object(ObjectKind::column, "t", "d")}));

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found.at(0).follows, "c");
  EXPECT_EQ(found.at(1).follows, "c");
  EXPECT_EQ(found.at(2).follows, "");
}

TEST(SchemaDifference, EveryCommentIsOne) {
  for (const char* field : {"comment", "index comment", "identity comment"}) {
    EXPECT_EQ(class_of(ObjectKind::primary_key, field), DifferenceClass::comment) << field;
  }
}

TEST(SchemaDifference, AChangedFieldIsNamed) {
  const SchemaObject wider =
      object(ObjectKind::column, "t", "a", {{"default", "0"}, {"type", "bigint"}});

  EXPECT_THAT(lines(difference(snapshot({kTable, kColumn}), snapshot({kTable, wider}))),
              ElementsAre("changed column t.a: default", "changed column t.a: type"));
}

TEST(SchemaDifference, ColumnOrderIsANoteAmongCommonColumns) {
  const SchemaObject moved = object(ObjectKind::table, "", "t", {{"column order", "b\na"}});
  const SchemaObject longer = object(ObjectKind::table, "", "t", {{"column order", "a\nc\nb"}});

  EXPECT_THAT(lines(difference(snapshot({kTable}), snapshot({moved}))),
              ElementsAre("changed table t: column order (note)"));
  EXPECT_THAT(lines(difference(snapshot({kTable}), snapshot({longer}))), IsEmpty());
  EXPECT_EQ(fingerprint(snapshot({kTable})), fingerprint(snapshot({moved})));
}

TEST(SchemaDifference, MadeUpNamesAreMatchedByWhatTheyName) {
  const auto check = [](std::string name, std::string definition) {
    return object(ObjectKind::check, "t", std::move(name), {{"definition", std::move(definition)}},
                  true);
  };
  const SchemaSnapshot one = snapshot({check("t_check", "a > 0"), check("t_check1", "b > 0")});
  const SchemaSnapshot other = snapshot({check("t_check", "b > 0"), check("t_check1", "a > 0")});
  const SchemaSnapshot changed = snapshot({check("t_check", "b > 0"), check("t_check2", "a > 9")});

  EXPECT_THAT(lines(difference(one, other)), IsEmpty());
  EXPECT_EQ(fingerprint(one), fingerprint(other));
  EXPECT_THAT(lines(difference(one, changed)), ElementsAre("changed check t.t_check: definition"));
}

TEST(SchemaDifference, MadeUpNamesOfManyTablesAreMatchedAtOnce) {
  std::vector<SchemaObject> one;
  std::vector<SchemaObject> other;
  for (int i = 0; i < 20; ++i) {
    const std::string table = "t" + std::to_string(i);
    one.push_back(object(ObjectKind::check, table, table + "_check", {{"definition", "a"}}, true));
    other.push_back(
        object(ObjectKind::check, table, table + "_check1", {{"definition", "b"}}, true));
  }

  EXPECT_EQ(lines(difference(snapshot(one), snapshot(other))).size(), 20U);
}

TEST(SchemaDifference, WhatTheEngineCallsTheSameIsNoDifference) {
  const SchemaObject one = object(ObjectKind::check, "t", "c", {{"definition", "x"}});
  const SchemaObject other = object(ObjectKind::check, "t", "c", {{"definition", "y"}});
  const Equivalence yes = [](const SchemaObject&, const SchemaObject&) { return true; };

  EXPECT_THAT(lines(difference(snapshot({one}), snapshot({other}), yes)), IsEmpty());
}

TEST(SchemaChanges, AStepAndItsUndoingAreNothing) {
  const SchemaChanges up = {{std::nullopt, kTable}, {std::nullopt, kColumn}};
  const SchemaChanges down = {{kTable, std::nullopt}, {kColumn, std::nullopt}};

  EXPECT_THAT(composed(up, down), IsEmpty());
  EXPECT_EQ(composed(up, {{kColumn, std::nullopt}}).size(), 1U);
}

TEST(Fingerprint, FollowsChangesThereAndBack) {
  Fingerprint sum;
  const std::string empty = sum.text();
  sum.apply({{std::nullopt, kTable}, {std::nullopt, kColumn}});

  EXPECT_EQ(sum.text(), fingerprint(snapshot({kTable, kColumn})));
  sum.apply({{kTable, std::nullopt}, {kColumn, std::nullopt}});
  EXPECT_EQ(sum.text(), empty);
}

}  // namespace
}  // namespace provision
