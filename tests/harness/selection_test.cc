#include "harness/selection.h"

#include <gmock/gmock.h>

#include "tests/engine/engine_fixture.h"

namespace harness {
namespace {

using provision::LockFile;
using provision::Revision;
using provision::RevisionGraph;
using testing::ElementsAre;

/// "a", "b", "c" and "d" one after the other.
RevisionGraph chain() {
  std::vector<Revision> revisions;
  for (const char* id : {"a", "b", "c", "d"}) {
    Revision revision{.id = id, .text = std::string("text of ") + id};
    if (!revisions.empty()) revision.parents = {revisions.back().id};
    revisions.push_back(revision);
  }
  return RevisionGraph(revisions);
}

LockFile locked(const RevisionGraph& graph) {
  LockFile lock;
  for (const Revision& revision : graph.revisions()) {
    lock[revision.id] = {revision.parents, provision::checksum(revision), {{"sqlite-3", "f"}}};
  }
  return lock;
}

std::vector<std::string> chosen(const RevisionGraph& graph, const Selection& selection) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < graph.size(); ++i) {
    if (selection.includes(i)) ids.push_back(graph.revisions()[i].id);
  }
  return ids;
}

TEST(Selection, TakesEverythingWhereNothingIsSaid) {
  const RevisionGraph graph = chain();

  EXPECT_TRUE(selection(graph, {}, {}, "sqlite-3", {}, {}).is_whole());
}

TEST(Selection, PassesOverWhatTheLockFileProves) {
  const RevisionGraph graph = chain();

  EXPECT_TRUE(selection(graph, {}, locked(graph), "sqlite-3", {}, {}).empty());
  EXPECT_TRUE(selection(graph, {.all = true}, locked(graph), "sqlite-3", {}, {}).is_whole());
  EXPECT_TRUE(selection(graph, {}, locked(graph), "postgresql-15", {}, {}).is_whole());
}

TEST(Selection, WithRowsTakesWhatWasProvenWithoutThem) {
  const RevisionGraph graph = chain();
  LockFile lock = locked(graph);

  EXPECT_TRUE(selection(graph, {}, lock, "sqlite-3+rows", {}, {}).is_whole());
  for (auto& [id, line] : lock) line.proofs = {{"sqlite-3+rows", "f"}};
  EXPECT_TRUE(selection(graph, {}, lock, "sqlite-3", {}, {}).empty());
}

TEST(Selection, ProvesNothingAfterAnEdit) {
  const RevisionGraph graph = chain();
  LockFile lock = locked(graph);
  lock["b"].checksum = "another";

  EXPECT_THAT(chosen(graph, selection(graph, {}, lock, "sqlite-3", {}, {})),
              ElementsAre("b", "c", "d"));
}

TEST(Selection, TakesTheRevisionsThatAreNamed) {
  const RevisionGraph graph = chain();

  EXPECT_THAT(chosen(graph, selection(graph, {.revisions = {"c"}}, {}, "sqlite-3", {}, {})),
              ElementsAre("c"));
  EXPECT_EQ(provision::error_of([&] {
              selection(graph, {.revisions = {"x"}}, {}, "sqlite-3", {}, {});
            }).kind(),
            provision::ErrorKind::usage);
}

TEST(Parts, CoverEverythingOnceAndShareTheWork) {
  Selection all{std::vector<std::string>(100), std::vector<bool>(100)};
  for (size_t count = 1; count < 8; ++count) {
    const std::vector<Part> found = parts(all, {0, 100}, count);
    ASSERT_EQ(found.size(), count);
    size_t next = 0;
    for (const Part& part : found) {
      EXPECT_EQ(part.begin, next);
      next = part.end;
    }
    EXPECT_EQ(next, 100U);
  }
  // Two workers: 55 verified by the first, each at six upgrades, cost as much as 55 upgraded and 45
  // verified by the other.
  EXPECT_EQ(parts(all, {0, 100}, 2)[0].end, 55U);
}

}  // namespace
}  // namespace harness
