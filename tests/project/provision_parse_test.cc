#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provision/project/provision_layout.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead = "-- revision: b\n-- parents: a\n";
constexpr std::string_view kUp = "-- provision:up\nSELECT 1;\n";

Revision parse(std::string_view a, std::string_view b = {}, std::string_view c = {}) {
  return parse_revision(std::string(a) + std::string(b) + std::string(c), "m/b.sql");
}

std::string refusal_of(std::string_view a, std::string_view b = {}, std::string_view c = {}) {
  try {
    parse(a, b, c);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.message() + " / " + error.hint();
  }
  return "no error";
}

TEST(ParseRevision, ReadsEverythingTheHeaderSays) {
  const Revision revision = parse(
      "-- revision: 20261121043012\n"
      "-- parents: a, b\n"
      "-- message: add email: to users\n"
      "-- labels: accounts, mail\n"
      "-- depends_on: c\n"
      "-- transaction: off\n"
      "-- lossy: users.nickname: the column goes\n"
      "-- lossy: users.age: so does this one\n",
      kUp);

  EXPECT_EQ(revision.id, "20261121043012");
  EXPECT_THAT(revision.parents, ElementsAre("a", "b"));
  EXPECT_EQ(revision.message, "add email: to users");
  EXPECT_THAT(revision.labels, ElementsAre("accounts", "mail"));
  EXPECT_THAT(revision.depends_on, ElementsAre("c"));
  EXPECT_FALSE(revision.transactional);
  EXPECT_THAT(revision.lossy,
              ElementsAre("users.nickname: the column goes", "users.age: so does this one"));
  EXPECT_EQ(revision.place.text(), "m/b.sql:1");
  EXPECT_FALSE(revision.irreversible);
}

TEST(ParseRevision, ReadsSectionsAndTheLinesTheyBeginAt) {
  const Revision revision = parse(kHead,
                                  "\n-- provision:up\n\n  CREATE TABLE t (a int);\n-- a remark\n\n"
                                  "-- provision:up sqlite\nSELECT 2;\n"
                                  "-- provision:down\nDROP TABLE t;");

  ASSERT_EQ(revision.up.size(), 2U);
  EXPECT_EQ(revision.up[0].engine, "");
  EXPECT_EQ(revision.up[0].text, "  CREATE TABLE t (a int);\n-- a remark\n");
  EXPECT_EQ(revision.up[0].line, 6);
  EXPECT_EQ(revision.up[1].engine, "sqlite");
  EXPECT_EQ(revision.up[1].line, 10);
  ASSERT_EQ(revision.down.size(), 1U);
  EXPECT_EQ(revision.down[0].text, "DROP TABLE t;\n");
  EXPECT_EQ(revision.down[0].line, 12);
}

TEST(ParseRevision, TakesBaseForNoParents) {
  EXPECT_THAT(parse("-- revision: a\n-- parents: base\n", kUp).parents, IsEmpty());
}

TEST(ParseRevision, AllowsOtherCommentsAndBlankLinesInTheHeader) {
  const Revision revision = parse("\n-- written by hand\n", kHead,
                                  "--\n-- see https://example.org: it says why\n-- provision:up\n");

  EXPECT_EQ(revision.id, "b");
  EXPECT_EQ(revision.place.line, 3);
}

TEST(ParseRevision, ReadsWindowsLineEnds) {
  const Revision revision = parse_revision(
      "-- revision: b\r\n-- parents: a\r\n-- provision:up\r\nSELECT 1;\r\n", "m/b.sql");

  EXPECT_EQ(revision.id, "b");
  EXPECT_EQ(revision.up[0].text, "SELECT 1;\n");
  EXPECT_EQ(revision.text.find('\r'), std::string::npos);
}

TEST(ParseRevision, LeavesAMissingDownSectionToOthers) {
  EXPECT_THAT(parse(kHead, kUp).down, IsEmpty());
  EXPECT_EQ(parse(kHead, "-- irreversible: the rows are gone\n", kUp).irreversible,
            "the rows are gone");
}

TEST(ParseRevision, AllowsASectionWithNothingToRun) {
  EXPECT_EQ(parse(kHead, "-- provision:up\n-- nothing\n").up[0].text, "-- nothing\n");
  EXPECT_EQ(parse(kHead, "-- provision:up\n\n\n").up[0].text, "");
}

struct Refusal {
  std::string what;
  std::string text;
  std::string message;
};

std::string name_of_refusal(const testing::TestParamInfo<Refusal>& info) { return info.param.what; }

class ParseRevisionRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseRevisionRefuses, WhatIsNotUnderstood) {
  EXPECT_THAT(refusal_of(GetParam().text), HasSubstr(GetParam().message));
}

const std::string kStart(kHead);
const std::string kWhole = kStart + std::string(kUp);

INSTANTIATE_TEST_SUITE_P(
    Files, ParseRevisionRefuses,
    testing::Values(
        Refusal{"AnUnknownDirective", kStart + "-- lables: x\n" + std::string(kUp),
                "m/b.sql:3: unknown directive 'lables' / did you mean 'labels'?"},
        Refusal{"ADirectiveTwice", kStart + "-- parents: c\n",
                "m/b.sql:3: 'parents' is there twice"},
        Refusal{"AnUnknownSection", kStart + "-- provision:upp\n",
                "m/b.sql:3: unknown section 'provision:upp'"},
        Refusal{"ASectionInCapitals", kWhole + "-- Provision:Down\n", "m/b.sql:5: unknown section"},
        Refusal{"ASectionWithABlank", kWhole + "-- provision: down\n",
                "m/b.sql:5: unknown section"},
        Refusal{"AnUnknownEngine", kStart + "-- provision:up sqlit\n",
                "m/b.sql:3: unknown engine 'sqlit' / did you mean 'sqlite'?"},
        Refusal{"ASectionTwice", kWhole + "-- provision:up\n",
                "m/b.sql:5: there is a second 'up' section"},
        Refusal{"AnEnginesSectionTwice",
                kWhole + "-- provision:down sqlite\n-- provision:down sqlite\n",
                "m/b.sql:6: there is a second 'down' section for 'sqlite'"},
        Refusal{"NoUpSection", kStart, "m/b.sql:1: revision 'b' has no up section"},
        Refusal{"OnlyADownSection", kStart + "-- provision:down\n", "has no up section"},
        Refusal{"AWayDownThatIsDeclaredAway",
                kStart + "-- irreversible: why\n" + std::string(kUp) + "-- provision:down\n",
                "m/b.sql:6: revision 'b' is declared irreversible and has a down section"},
        Refusal{"NoReasonForNoWayDown", kStart + "-- irreversible:\n",
                "m/b.sql:3: 'irreversible' gives no reason"},
        Refusal{"NoReasonForALoss", kStart + "-- lossy: users.nickname\n",
                "m/b.sql:3: 'lossy' gives no reason"},
        Refusal{"AnEmptyReasonForALoss", kStart + "-- lossy: users.nickname:  \n",
                "m/b.sql:3: 'lossy' gives no reason"},
        Refusal{"AnotherTransaction", kStart + "-- transaction: no\n",
                "m/b.sql:3: 'transaction' is 'on' or 'off', not 'no'"},
        Refusal{"NoParents", "-- revision: b\n-- provision:up\n",
                "m/b.sql:1: revision 'b' does not say its parents / add '-- parents: ID', or "
                "'-- parents: base'"},
        Refusal{"EmptyParents", "-- revision: b\n-- parents:\n",
                "m/b.sql:2: 'parents' says nothing"},
        Refusal{"BaseBesideAParent", "-- revision: b\n-- parents: a, base\n",
                "m/b.sql:2: 'base' cannot be a parent beside others"},
        Refusal{"SqlAboveTheFirstSection", kStart + "SELECT 1;\n-- provision:up\n",
                "m/b.sql:3: there is SQL above the first section"},
        Refusal{"AFileWithoutAHeader", "CREATE TABLE t (a int);\n",
                "m/b.sql:1: this is no revision: the file does not begin with '-- revision: ID'"},
        Refusal{"AnEmptyFile", "", "m/b.sql:1: this is no revision"},
        Refusal{"AnEmptyId", "-- revision:\n", "m/b.sql:1: 'revision' says nothing"},
        Refusal{"ADirectiveBelowTheFirstSection", kWhole + "-- irreversible: why\n",
                "m/b.sql:5: 'irreversible' stands below the first section"}),
    &name_of_refusal);

}  // namespace
}  // namespace provision
