#include "provision/model/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "provision/base/file.h"
#include "tests/model/graphs.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::revision;
using tests::usage_error_of;

using Ids = std::vector<std::string>;

Ids words_of(std::string_view text) { return split_list(text == "nothing" ? "" : text, ' '); }

std::string run(const RevisionGraph& graph, const std::string& command, const std::string& target,
                const RevisionSet& applied) {
  Ids ids;
  if (command == "up") ids = upgrade_plan(graph, target, applied).revisions;
  if (command == "down") ids = downgrade_plan(graph, target, applied).revisions;
  if (command == "range") ids = range(graph, target, applied);
  if (command == "labels") ids = graph.branch_labels(target);
  if (command == "stamp") {
    const RevisionSet result = stamped(graph, {target}, applied);
    ids.assign(result.begin(), result.end());
  }
  return ids.empty() ? "nothing" : joined(ids, " ");
}

Revision revision_in(const std::string& line) {
  Ids fields = split_list(line, ' ');
  for (std::string& field : fields) {
    if (field == "-") field.clear();
  }
  return revision(fields.at(0), fields.at(1), fields.at(2), fields.at(3));
}

TEST(Targets, MeanWhatTheyMeanToAlembic) {
  const std::string text = read_text(PROVISION_SOURCE_DIR "/tests/model/cases/targets.txt");
  std::vector<Revision> revisions;
  RevisionGraph graph;
  int checked = 0;
  for (const std::string_view line : lines_of(text)) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("graph ")) {
      revisions.clear();
    } else if (line.starts_with("  ")) {
      revisions.push_back(revision_in(std::string(line)));
      graph = {};
    } else {
      if (graph.empty()) graph = RevisionGraph(revisions);
      const Ids parts = split_list(line, '|');
      const Ids command = split_list(parts.at(0), ' ');
      const Ids applied = words_of(parts.at(1));
      std::string result;
      try {
        result = run(graph, command.at(0), command.at(1), {applied.begin(), applied.end()});
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
        result = "error";
      }
      EXPECT_EQ(result, parts.at(2)) << line;
      ++checked;
    }
  }

  EXPECT_GT(checked, 300);
}

/// a <- b1 (left) <- b2 <- m, a <- c (right) <- m; z depends on b1.
RevisionGraph branch_and_merge() {
  return RevisionGraph({revision("aaaa"), revision("bbb1", "aaaa", "", "left"),
                        revision("bbb2", "bbb1"), revision("cccc", "aaaa", "", "right"),
                        revision("mmmm", "bbb2,cccc"), revision("zzzz", "", "bbb1")});
}

const RevisionSet kBranches = {"aaaa", "bbb1", "bbb2", "cccc"};
const RevisionSet kMerged = {"aaaa", "bbb1", "bbb2", "cccc", "mmmm"};

TEST(UpgradePlan, OfHeadNamesTheHeadsWhereThereAreSeveral) {
  EXPECT_THAT(usage_error_of([] { upgrade_plan(branch_and_merge(), "head", {}); }),
              testing::AllOf(HasSubstr("the heads are 'mmmm', 'zzzz'"), HasSubstr("'heads'"),
                             HasSubstr("LABEL@head"), HasSubstr("provision merge heads")));
}

TEST(UpgradePlan, IsEmptyWhereAllIsApplied) {
  EXPECT_THAT(upgrade_plan(branch_and_merge(), "mmmm", kMerged).revisions, IsEmpty());
  EXPECT_THAT(upgrade_plan(branch_and_merge(), "bbb1", kMerged).revisions, IsEmpty());
  EXPECT_THAT(upgrade_plan(RevisionGraph(), "head", {}).revisions, IsEmpty());
}

TEST(UpgradePlan, OfOneStepNamesTheBranchesItCouldTake) {
  EXPECT_THAT(usage_error_of([] { upgrade_plan(branch_and_merge(), "+1", {"aaaa"}); }),
              HasSubstr("'bbb1', 'cccc' follow 'aaaa'"));
  EXPECT_THAT(upgrade_plan(branch_and_merge(), "right@+1", {"aaaa"}).revisions,
              ElementsAre("cccc"));
}

TEST(UpgradePlan, RefusesADatabaseWithARevisionThatNoFileDefines) {
  EXPECT_THAT(usage_error_of([] { upgrade_plan(branch_and_merge(), "heads", {"gone"}); }),
              HasSubstr("the database has revision 'gone', which no file defines"));
}

TEST(DowngradePlan, OfOneStepFromAMergeSaysHowToUndoIt) {
  EXPECT_THAT(usage_error_of([] { downgrade_plan(branch_and_merge(), "-1", kMerged); }),
              testing::AllOf(HasSubstr("'mmmm' joins 'bbb2', 'cccc'"), HasSubstr("'mmmm@cccc'")));
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "mmmm@cccc", kMerged).revisions,
              ElementsAre("mmmm"));
}

TEST(DowngradePlan, OfOneStepFromSeveralTopsListsAllTargets) {
  EXPECT_THAT(usage_error_of([] { downgrade_plan(branch_and_merge(), "-1", kBranches); }),
              testing::AllOf(HasSubstr("'bbb2', 'cccc' are current"),
                             HasSubstr("'bbb2@bbb1', 'cccc@aaaa'")));
}

TEST(DowngradePlan, OfALineLeavesItsSiblingsAlone) {
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "cccc@aaaa", kBranches).revisions,
              ElementsAre("cccc"));
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "aaaa", kBranches).revisions,
              ElementsAre("cccc", "bbb2", "bbb1"));
}

TEST(DowngradePlan, UndoesWhatDependsOnWhatIsUndone) {
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "aaaa", {"aaaa", "bbb1", "zzzz"}).revisions,
              ElementsAre("zzzz", "bbb1"));
}

TEST(DowngradePlan, RefusesATargetThatIsNotApplied) {
  EXPECT_THAT(usage_error_of([] { downgrade_plan(branch_and_merge(), "bbb2", {"aaaa"}); }),
              HasSubstr("revision 'bbb2' is not applied"));
}

TEST(DowngradePlan, RefusesALabelThatHasNothingToDoWithTheTarget) {
  EXPECT_THAT(usage_error_of([] { downgrade_plan(branch_and_merge(), "zzzz@aaaa", kMerged); }),
              HasSubstr("revision 'aaaa' is not on the line of 'zzzz'"));
}

TEST(DowngradePlan, IsEmptyAtTheTarget) {
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "mmmm", kMerged).revisions, IsEmpty());
  EXPECT_THAT(downgrade_plan(branch_and_merge(), "base", {}).revisions, IsEmpty());
}

TEST(Resolve, AnswersAnUnknownNameWithTheNearest) {
  EXPECT_THAT(usage_error_of([] { resolve(branch_and_merge(), "lefft", {}); }),
              HasSubstr("there is no revision or label 'lefft' / did you mean 'left'?"));
}

TEST(Resolve, CountsRelativeTargetsFromWhatIsApplied) {
  EXPECT_THAT(resolve(branch_and_merge(), "-1", {"aaaa", "bbb1", "bbb2"}), ElementsAre("bbb1"));
  EXPECT_THAT(resolve(branch_and_merge(), "current", kBranches), ElementsAre("bbb2", "cccc"));
  EXPECT_THAT(resolve(branch_and_merge(), "current+1", {"aaaa", "bbb1"}), ElementsAre("bbb2"));
}

TEST(Resolve, ListsWhatAnAbbreviationCouldMean) {
  EXPECT_THAT(usage_error_of([] { resolve(branch_and_merge(), "bbb", {}); }),
              HasSubstr("'bbb' is ambiguous: 'bbb1', 'bbb2' begin with it"));
  EXPECT_THAT(resolve(branch_and_merge(), "cc", {}), ElementsAre("cccc"));
}

TEST(Resolve, TakesALabelWithASignForWhatItIs) {
  const RevisionGraph graph({revision("aaaa", "", "", "v-2"), revision("bbbb", "aaaa")});

  EXPECT_THAT(resolve(graph, "v-2", {}), ElementsAre("aaaa"));
  EXPECT_THAT(resolve(graph, "v-2@head", {}), ElementsAre("bbbb"));
  EXPECT_THAT(resolve(graph, "v-2+1", {}), ElementsAre("bbbb"));
}

TEST(Resolve, RefusesWhatIsNoTarget) {
  for (const char* target : {"", "@", "left@", "@head", "left@right@head", "+99999999999", "+0",
                             "left@-0", "a:b", "head-99"}) {
    EXPECT_THAT(usage_error_of([&] { resolve(branch_and_merge(), target, kMerged); }),
                testing::Ne("no error"))
        << target;
  }
}

TEST(ResolveOne, NeedsExactlyOneRevision) {
  EXPECT_EQ(resolve_one(branch_and_merge(), "right", {}), "cccc");
  EXPECT_THAT(usage_error_of([] { resolve_one(branch_and_merge(), "base", {}); }),
              HasSubstr("names no revision"));
  EXPECT_THAT(usage_error_of([] { resolve_one(branch_and_merge(), "heads", {}); }),
              HasSubstr("it names 'mmmm', 'zzzz'"));
}

TEST(Stamped, KeepsTheOtherBranches) {
  EXPECT_THAT(stamped(branch_and_merge(), {"bbb1"}, kBranches),
              ElementsAre("aaaa", "bbb1", "cccc"));
  EXPECT_THAT(stamped(branch_and_merge(), {"zzzz"}, {"aaaa", "cccc"}),
              ElementsAre("aaaa", "bbb1", "cccc", "zzzz"));
}

TEST(Stamped, OfSeveralTargetsHasThemAll) {
  EXPECT_THAT(stamped(branch_and_merge(), {"bbb1", "cccc"}, {}),
              ElementsAre("aaaa", "bbb1", "cccc"));
  EXPECT_THAT(stamped(branch_and_merge(), {"heads"}, kMerged),
              ElementsAre("aaaa", "bbb1", "bbb2", "cccc", "mmmm", "zzzz"));
}

TEST(Range, CountsItsStartFromItsEnd) {
  const RevisionGraph line({revision("1111"), revision("2222", "1111"), revision("3333", "2222"),
                            revision("4444", "3333")});

  EXPECT_THAT(range(line, "-1:current", {"1111", "2222", "3333"}), ElementsAre("2222", "3333"));
  EXPECT_THAT(range(line, "-9:current", {"1111", "2222"}), ElementsAre("1111", "2222"));
  EXPECT_THAT(range(line, "current:+1", {"1111", "2222"}), ElementsAre("2222", "3333"));
  EXPECT_THAT(range(line, ":current", {}), IsEmpty());
}

TEST(Range, RefusesWhatIsNone) {
  for (const char* text : {"", "head", "aaaa:bbb1:cccc", "mmmm:aaaa", "+1:", ":-1", "-1:+1"}) {
    EXPECT_THAT(usage_error_of([&] { range(branch_and_merge(), text, {}); }),
                testing::Ne("no error"))
        << text;
  }
}

}  // namespace
}  // namespace provision
