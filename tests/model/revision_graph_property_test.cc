// Truths about every graph, tried on random ones.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "provision/model/target.h"
#include "tests/model/graphs.h"

namespace provision {
namespace {

using tests::ids_of;
using tests::revision;

class RandomGraph : public testing::TestWithParam<unsigned> {
 protected:
  RandomGraph() : random_(GetParam()) {
    const size_t size = 1 + random_() % 40;
    for (size_t i = 0; i < size; ++i) {
      // Ids say nothing of the order.
      const std::string id = fmt::format("r{:03}x{}", random_() % 1000, i);
      revisions_.push_back(revision(id, earlier(0.85, 3), earlier(0.2, 2)));
    }
    std::shuffle(revisions_.begin(), revisions_.end(), random_);
  }

  /// Up to `most` ids of revisions that are there already, with this chance for any.
  std::string earlier(double chance, size_t most) {
    if (revisions_.empty() || std::bernoulli_distribution(1 - chance)(random_)) return {};
    RevisionSet ids;
    for (size_t count = 1 + random_() % most; count > 0; --count) {
      ids.insert(revisions_[random_() % revisions_.size()].id);
    }
    return joined({ids.begin(), ids.end()}, ",");
  }

  RevisionSet some_applied(const RevisionGraph& graph) {
    RevisionSet ids;
    for (const Revision& each : graph.revisions()) {
      if (random_() % 4 == 0) ids.insert(each.id);
    }
    return graph.with_ancestors(ids);
  }

  std::mt19937 random_;
  std::vector<Revision> revisions_;
};

TEST_P(RandomGraph, IsOrderedByNeedsThenIds) {
  const RevisionGraph graph(revisions_);

  RevisionSet done;
  for (const Revision& here : graph.revisions()) {
    const auto is_ready = [&](const Revision& each) {
      const auto is_done = [&](const std::string& id) { return done.contains(id); };
      return !done.contains(each.id) &&
             std::all_of(each.parents.begin(), each.parents.end(), is_done) &&
             std::all_of(each.depends_on.begin(), each.depends_on.end(), is_done);
    };
    EXPECT_TRUE(is_ready(here)) << here.id;
    for (const Revision& other : graph.revisions()) {
      EXPECT_TRUE(!is_ready(other) || other.id >= here.id) << other.id;
    }
    done.insert(here.id);
  }
}

TEST_P(RandomGraph, DoesNotDependOnTheOrderOfFiles) {
  const RevisionGraph graph(revisions_);
  std::shuffle(revisions_.begin(), revisions_.end(), random_);

  EXPECT_EQ(ids_of(RevisionGraph(revisions_)), ids_of(graph));
}

TEST_P(RandomGraph, GoesDownByTheWayItCameUp) {
  const RevisionGraph graph(revisions_);
  const Plan up = upgrade_plan(graph, "heads", {});
  const RevisionSet applied(up.revisions.begin(), up.revisions.end());

  std::vector<std::string> down = downgrade_plan(graph, "base", applied).revisions;

  std::reverse(down.begin(), down.end());
  EXPECT_EQ(up.revisions, ids_of(graph));
  EXPECT_EQ(down, up.revisions);
}

TEST_P(RandomGraph, LeavesNothingWithoutWhatItNeeds) {
  const RevisionGraph graph(revisions_);
  for (const Revision& target : graph.revisions()) {
    RevisionSet applied = some_applied(graph);
    for (const std::string& id : upgrade_plan(graph, target.id, applied).revisions) {
      applied.insert(id);
      EXPECT_EQ(graph.with_ancestors(applied), applied) << "after the upgrade of " << id;
    }
    EXPECT_TRUE(applied.contains(target.id));

    for (const std::string& id : downgrade_plan(graph, target.id, applied).revisions) {
      applied.erase(id);
      EXPECT_EQ(graph.with_ancestors(applied), applied) << "after the downgrade of " << id;
    }
    EXPECT_TRUE(applied.contains(target.id));
  }
}

TEST_P(RandomGraph, IsDescribedByTheTipsOfWhatIsApplied) {
  const RevisionGraph graph(revisions_);
  const RevisionSet applied = some_applied(graph);
  const std::vector<std::string> tips = graph.tips(applied);

  EXPECT_EQ(graph.with_ancestors({tips.begin(), tips.end()}), applied);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraph, testing::Range(0U, 60U));

}  // namespace
}  // namespace provision
