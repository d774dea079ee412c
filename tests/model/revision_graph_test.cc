#include "provision/model/revision_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/model/graphs.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::ids_of;
using tests::revision;
using tests::usage_error_of;

RevisionGraph branch_and_merge() {
  return RevisionGraph({revision("m", "c,b2"), revision("b2", "b1"),
                        revision("c", "a", "", "right"), revision("a"),
                        revision("b1", "a", "", "left"), revision("z", "", "b1")});
}

std::string refusal_of(std::vector<Revision> revisions) {
  return usage_error_of([&] { RevisionGraph graph(std::move(revisions)); });
}

TEST(RevisionGraph, IsEmptyWithoutRevisions) {
  const RevisionGraph graph;

  EXPECT_TRUE(graph.empty());
  EXPECT_THAT(graph.heads(), IsEmpty());
  EXPECT_THAT(graph.bases(), IsEmpty());
}

TEST(RevisionGraph, PutsParentsAndDependenciesFirstAndBreaksTiesById) {
  EXPECT_THAT(ids_of(branch_and_merge()), ElementsAre("a", "b1", "b2", "c", "m", "z"));
}

TEST(RevisionGraph, KnowsWhatFollowsARevision) {
  const RevisionGraph graph = branch_and_merge();

  EXPECT_THAT(graph.children("a"), ElementsAre("b1", "c"));
  EXPECT_THAT(graph.dependents("b1"), ElementsAre("z"));
  EXPECT_TRUE(graph.is_branch_point("a"));
  EXPECT_TRUE(graph.is_merge("m"));
  EXPECT_TRUE(graph.is_head("m"));
  EXPECT_FALSE(graph.is_head("b1"));
}

TEST(RevisionGraph, HeadsAreNobodysParents) {
  const RevisionGraph graph({revision("a"), revision("b", "", "a"), revision("c")});

  EXPECT_THAT(graph.heads(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(graph.heads(true), ElementsAre("b", "c"));
  EXPECT_THAT(graph.bases(), ElementsAre("a", "b", "c"));
}

TEST(RevisionGraph, FollowsDependenciesUnlessToldNotTo) {
  const RevisionGraph graph = branch_and_merge();

  EXPECT_THAT(graph.with_ancestors({"z"}), ElementsAre("a", "b1", "z"));
  EXPECT_THAT(graph.with_ancestors({"z"}, false), ElementsAre("z"));
  EXPECT_THAT(graph.with_descendants({"b1"}), ElementsAre("b1", "b2", "m", "z"));
  EXPECT_THAT(graph.with_descendants({"b1"}, false), ElementsAre("b1", "b2", "m"));
}

TEST(RevisionGraph, TipsAreTheMembersNoOtherMemberNeeds) {
  const RevisionGraph graph = branch_and_merge();

  EXPECT_THAT(graph.tips({"a", "b1", "c"}), ElementsAre("b1", "c"));
  EXPECT_THAT(graph.tips({"a", "b1", "z"}), ElementsAre("z"));
  EXPECT_THAT(graph.tips({}), IsEmpty());
}

TEST(RevisionGraph, ALabelMayStandForTheRevisionItIsOnInADependency) {
  const RevisionGraph graph({revision("a", "", "", "accounts"), revision("b", "", "accounts,a")});

  EXPECT_THAT(graph.at("b").depends_on, ElementsAre("a"));
  EXPECT_EQ(graph.labelled("accounts")->id, "a");
  EXPECT_EQ(graph.labelled("a"), nullptr);
}

TEST(RevisionGraph, ALabelCoversDescendantsAndTheLineBelowItsBranchPoint) {
  const RevisionGraph graph = branch_and_merge();

  EXPECT_THAT(graph.branch_labels("a"), IsEmpty());
  EXPECT_THAT(graph.branch_labels("b2"), ElementsAre("left"));
  EXPECT_THAT(graph.branch_labels("m"), ElementsAre("left", "right"));
  const RevisionGraph line({revision("a"), revision("b", "a"), revision("c", "b", "", "late")});
  EXPECT_THAT(line.branch_labels("a"), ElementsAre("late"));
}

TEST(RevisionGraph, AnUnknownIdIsAnsweredWithTheNearest) {
  const RevisionGraph graph({revision("20260101"), revision("20260102", "20260101")});

  EXPECT_EQ(graph.find("2026010"), nullptr);
  EXPECT_THAT(usage_error_of([&] { graph.at("20260191"); }),
              HasSubstr("there is no revision '20260191' / did you mean '20260101'?"));
}

TEST(RevisionGraph, RefusesWhatIsNoGraphAndSaysWhere) {
  EXPECT_THAT(refusal_of({revision("a"), revision("a")}),
              HasSubstr("migrations/a.sql:1: revision 'a' is there twice / the other one is in"));
  EXPECT_THAT(
      refusal_of({revision("base1"), revision("b", "base2")}),
      HasSubstr("migrations/b.sql:1: revision 'b' names an unknown parent 'base2' / did you "
                "mean 'base1'?"));
  EXPECT_THAT(refusal_of({revision("a", "", "x")}), HasSubstr("unknown dependency 'x'"));
  EXPECT_THAT(refusal_of({revision("a"), revision("b", "a,a")}),
              HasSubstr("names the parent 'a' twice"));
  EXPECT_THAT(refusal_of({revision("a"), revision("b", "a", "", "x"), revision("c", "a", "", "x")}),
              HasSubstr("label 'x' of revision 'c' is used by revision 'b' too"));
  EXPECT_THAT(refusal_of({revision("a"), revision("b", "a", "", "a")}),
              HasSubstr("label 'a' is the id of a revision"));
  EXPECT_THAT(refusal_of({revision("a", "", "", "b@c")}), HasSubstr("label 'b@c' contains '@'"));
}

TEST(RevisionGraph, NamesTheRevisionsOfACircle) {
  EXPECT_THAT(refusal_of({revision("a", "a")}), HasSubstr("in a circle: 'a' -> 'a'"));
  EXPECT_THAT(refusal_of({revision("a"), revision("b", "a,d"), revision("c", "b"),
                          revision("d", "", "c"), revision("e", "d")}),
              HasSubstr("in a circle: 'b' -> 'd' -> 'c' -> 'b'"));
}

TEST(RevisionGraph, RefusesAnIdThatTheTargetSyntaxCannotName) {
  for (const char* id : {"a@b", "a-b", "a+b", "a:b", "a b", "a,b", "a\n", "", "head", "heads",
                         "base", "current", "a23456789012345678901234567890123"}) {
    EXPECT_THAT(refusal_of({revision(id)}), HasSubstr("revision id '")) << id;
  }
  EXPECT_EQ(refusal_of({revision("a2345678901234567890123456789012")}), "no error");
}

}  // namespace
}  // namespace provision
