// What an environment says of its comparison with others.
#include "tests/project/environment_fixture.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EnvironmentDrift : public EnvironmentFixture {
 protected:
  std::vector<std::string> rules(std::string_view name = "dev") const {
    std::vector<std::string> lines;
    for (const DriftRules::Ignore& rule : read(name).drift.ignore) {
      lines.push_back(rule.text + " (" + rule.origin + ")");
    }
    return lines;
  }
};

TEST_F(EnvironmentDrift, SaysWhatIsIgnoredAndWhereThatStands) {
  write("dev",
        "database: {}\n"
        "drift:\n"
        "  ignore:\n"
        "  - table audit.*\n"
        "  - privilege * to metrics\n");

  EXPECT_THAT(rules(), ElementsAre("table audit.* (environments/dev.yaml:4)",
                                   "privilege * to metrics (environments/dev.yaml:5)"));
}

TEST_F(EnvironmentDrift, SaysWhichClassesAreFindings) {
  write("dev", "database: {}\ndrift: {fail_on: [structure, order]}");

  EXPECT_THAT(read().drift.policy.fail_on,
              ElementsAre(DifferenceClass::structure, DifferenceClass::order));
}

TEST_F(EnvironmentDrift, IgnoresNothingUnlessItSaysSo) {
  write("dev", "database: {}");

  EXPECT_THAT(rules(), IsEmpty());
  EXPECT_EQ(read().drift.policy.fail_on, DifferencePolicy().fail_on);
}

TEST_F(EnvironmentDrift, MayMakeNothingAFinding) {
  write("dev", "database: {}\ndrift: {fail_on: []}");

  EXPECT_THAT(read().drift.policy.fail_on, IsEmpty());
}

TEST_F(EnvironmentDrift, IsInheritedKeyByKey) {
  write("base", "database: {}\ndrift:\n  ignore: [table a]\n  fail_on: [structure]");
  write("dev", "extends: base\ndrift: {fail_on: [comment]}");
  write("ci", "extends: base\nkind: test\ndrift: {ignore: [table b]}");

  EXPECT_THAT(rules(), ElementsAre("table a (environments/base.yaml:3)"));
  EXPECT_THAT(read().drift.policy.fail_on, ElementsAre(DifferenceClass::comment));
  EXPECT_THAT(rules("ci"), ElementsAre("table b (environments/ci.yaml:3)"));
  EXPECT_THAT(read("ci").drift.policy.fail_on, ElementsAre(DifferenceClass::structure));
}

TEST_F(EnvironmentDrift, RulesMayHoldVariables) {
  write("dev", "database: {}\ndrift: {ignore: ['table ${AUDIT}.*']}");
  variables_["AUDIT"] = "log";

  EXPECT_THAT(rules(), ElementsAre("table log.* (environments/dev.yaml:2)"));
}

TEST_F(EnvironmentDrift, ARuleThatSaysNothingIsRefusedAtItsLine) {
  write("dev", "database: {}\ndrift:\n  ignore:\n  - table a\n  - tabel b\n");

  EXPECT_EQ(trouble(),
            "environments/dev.yaml:5: 'tabel b' in 'ignore' is not a kind of object and a name | "
            "did you mean 'table b'?");
}

}  // namespace
}  // namespace provision
