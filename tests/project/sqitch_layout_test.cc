// sqitch: a plan and its scripts.
#include "provision/project/sqitch_plan.h"
#include "tests/project/layout_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWho = " 2026-01-31T12:00:00Z A N. Other <a@example.com> # why\n";

class SqitchTest : public LayoutTest {
 protected:
  /// A plan with a line for each of `lines`, its time and planner added.
  void plan(const std::vector<std::string>& lines, const std::string& path = "sqitch.plan") {
    std::string text = "%syntax-version=1.0.0\n%project=flipr\n%uri=https://example.com/\n\n";
    for (const std::string& line : lines) text += line + (line.empty() ? "\n" : kWho);
    file(path, text);
  }

  void scripts(const std::string& name, const std::string& below = "") {
    file(below + "deploy/" + name + ".sql", "BEGIN;\nSELECT 1;\nCOMMIT;\n");
    file(below + "revert/" + name + ".sql", "BEGIN;\nSELECT 2;\nCOMMIT;\n");
    file(below + "verify/" + name + ".sql", "SELECT 3;\n");
  }
};

TEST_F(SqitchTest, DeploysInTheOrderOfThePlan) {
  plan({"users", "@v1", "", "+ lists [users !nothing other:thing @v1]"});
  scripts("users");
  scripts("lists");

  EXPECT_EQ(found(), "sqitch");
  EXPECT_EQ(line(), "users lists");
  const RevisionGraph graph = read();
  const Revision& lists = graph.at("lists");
  EXPECT_EQ(lists.message, "why");
  EXPECT_THAT(lists.depends_on, ElementsAre("users"));
  EXPECT_EQ(lists.place.file, "migrations/deploy/lists.sql");
  EXPECT_THAT(shown(lists.verify), ElementsAre("migrations/verify/lists.sql:1: SELECT 3;\n"));
  EXPECT_EQ(lists.down[0].file, "migrations/revert/lists.sql");
}

TEST_F(SqitchTest, KnowsAScriptThatIsOneTransaction) {
  plan({"a", "b"});
  scripts("a");
  file("deploy/b.sql", "-- Deploy b\nCREATE INDEX CONCURRENTLY i ON t (a);\n");

  EXPECT_TRUE(read().at("a").up[0].transactional);
  EXPECT_FALSE(read().at("b").up[0].transactional);
  EXPECT_THAT(read().at("b").down, IsEmpty());
  EXPECT_THAT(read().at("b").verify, IsEmpty());
}

TEST_F(SqitchTest, ReworkedChangesHaveTheScriptsOfTheirTag) {
  plan({"f", "@v1", "g", "@v2", "f [f@v2 g]", "@v3", "f [f@v3]"});
  scripts("f");
  scripts("f@v2");
  scripts("f@v3");
  scripts("g");

  EXPECT_EQ(line(), "f@v2 g f@v3 f");
  const RevisionGraph graph = read();
  EXPECT_EQ(graph.at("f@v2").place.file, "migrations/deploy/f@v2.sql");
  EXPECT_THAT(graph.at("f@v3").depends_on, ElementsAre("f@v2", "g"));
  EXPECT_THAT(graph.at("f").depends_on, ElementsAre("f@v3"));
}

TEST_F(SqitchTest, FollowsItsConfiguration) {
  file("sqitch.conf",
       "[core]\n\tengine = pg\n\ttop_dir = sql ; below\n[engine \"pg\"]\n\textension = ddl\n"
       "\tdeploy_dir = sql/up\n");
  plan({"dir/a"}, "sql/sqitch.plan");
  file("sql/up/dir/a.ddl");
  file("sql/revert/dir/a.ddl");

  const Revision revision = read().at("dir/a");

  EXPECT_EQ(revision.place.file, "migrations/sql/up/dir/a.ddl");
  EXPECT_EQ(revision.down[0].file, "migrations/sql/revert/dir/a.ddl");
}

TEST_F(SqitchTest, FollowsTheConfigurationOfTheEngine) {
  file("sqitch.conf",
       "[core]\nengine = pg\n[engine \"pg\"]\ntop_dir = pg\n[engine \"sqlite\"]\ntop_dir = lite\n");
  plan({"a"}, "pg/sqitch.plan");
  plan({"b"}, "lite/sqitch.plan");
  scripts("a", "pg/");
  scripts("b", "lite/");

  EXPECT_EQ(line(), "a");
  EXPECT_EQ(line({.engine = "sqlite"}), "b");
}

TEST_F(SqitchTest, SaysWhatAChangeLacks) {
  plan({"a", "b"});
  scripts("a");

  EXPECT_THAT(refusal(), HasSubstr("migrations/sqitch.plan:6: change 'b' has no script "
                                   "'migrations/deploy/b.sql'"));
}

TEST_F(SqitchTest, RefusesWhatSqitchWouldNotDeploy) {
  scripts("a");
  scripts("b");
  plan({"a [b]", "b"});
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:5: change 'a' requires 'b', which the plan does "
                                   "not have before it"));
  plan({"a", "b [!a]"});
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:6: change 'b' conflicts with 'a'"));
  plan({"a", "a"});
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:6: change 'a' is there twice"));
  plan({"@v1"});
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:5: tag '@v1' has no change before it"));
  plan({"a", "@v1", "b", "@v1"});
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:8: tag '@v1' is there twice"));
  file("sqitch.plan", "%project=x\n\na\n");
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:3: 'a' lacks its time or its planner"));
  file("sqitch.plan", "\n");
  EXPECT_THAT(refusal(), HasSubstr("sqitch.plan:1: the plan has no line '%project=NAME'"));
}

TEST_F(SqitchTest, LeavesNewChangesToSqitch) {
  plan({"a"});
  scripts("a");

  EXPECT_THROW(
      find_migrations(folder_, {}).layout->write(folder_, {"b", {"a"}, {}, {}, "b", "", ""}),
      Error);
}

}  // namespace
}  // namespace provision
