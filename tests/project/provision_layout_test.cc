#include "provision/project/provision_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "provision/base/file.h"

namespace provision {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ProvisionLayoutTest : public testing::Test {
 protected:
  ProvisionLayoutTest() { make_folder(folder_); }

  void file(const std::string& name, const std::string& text) { write_file(folder_ / name, text); }

  void revision_file(const std::string& id, const std::string& parents) {
    file(id + "_x.sql", "-- revision: " + id + "\n-- parents: " + parents +
                            "\n-- provision:up\nSELECT 1;\n-- provision:down\nSELECT 2;\n");
  }

  std::string refusal(const std::string& layout_name = {}) {
    try {
      read_revisions(folder_, {layout_name}, project_.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return error.message() + " / " + error.hint();
    }
    return "no error";
  }

  const TemporaryFolder project_;
  const std::filesystem::path folder_ = project_.path() / "migrations";
};

TEST_F(ProvisionLayoutTest, ReadsTheRevisionsOfAFolder) {
  revision_file("2", "1");
  revision_file("1", "base");

  const RevisionGraph graph = read_revisions(folder_, {}, project_.path());

  ASSERT_EQ(graph.size(), 2U);
  EXPECT_EQ(graph.revisions()[0].id, "1");
  EXPECT_EQ(graph.at("2").place.file, "migrations/2_x.sql");
}

TEST_F(ProvisionLayoutTest, LeavesOtherFilesAlone) {
  revision_file("1", "base");
  file("app.schema.sql", "CREATE TABLE t (a int);\n");
  file(".hidden.sql", "?");
  file("README.md", "?");
  file("provision.lock", "?");
  make_folder(folder_ / "old");
  write_file(folder_ / "old" / "2.sql", "?");
  make_folder(folder_ / "folder.sql");

  EXPECT_EQ(read_revisions(folder_, {"provision"}, project_.path()).size(), 1U);
}

TEST_F(ProvisionLayoutTest, ReadsAFileWithAByteOrderMark) {
  file("1.sql", "\xEF\xBB\xBF-- revision: 1\r\n-- parents: base\r\n-- provision:up\r\n");

  EXPECT_EQ(read_revisions(folder_, {}, project_.path()).at("1").up.size(), 1U);
}

TEST_F(ProvisionLayoutTest, NamesTheFileOfWhatIsWrongInTheGraph) {
  revision_file("1", "base");
  revision_file("3", "2");

  EXPECT_THAT(refusal(),
              HasSubstr("migrations/3_x.sql:1: revision '3' names an unknown parent '2'"));
}

TEST_F(ProvisionLayoutTest, SaysWhatAFileShouldBe) {
  revision_file("1", "base");
  file("2.sql", "CREATE TABLE t (a int);\n");

  EXPECT_THAT(refusal(), HasSubstr("migrations/2.sql:1: this is no revision"));
}

TEST_F(ProvisionLayoutTest, IsTheLayoutOfAnEmptyFolder) {
  EXPECT_EQ(find_migrations(folder_, {}).layout->name(), "provision");
  EXPECT_EQ(find_migrations(folder_ / "missing", {}).layout->name(), "provision");
  file("app.schema.sql", "CREATE TABLE t (a int);\n");
  EXPECT_EQ(find_migrations(folder_, {}).layout->name(), "provision");
}

TEST_F(ProvisionLayoutTest, IsNotTheLayoutOfForeignFiles) {
  file("a.up.sql", "CREATE TABLE t (a int);\n");

  EXPECT_THAT(refusal(), HasSubstr("are in no layout that is known here"));
}

TEST_F(ProvisionLayoutTest, AnUnknownLayoutIsAnsweredWithTheNearest) {
  EXPECT_THAT(refusal("provison"),
              HasSubstr("unknown layout 'provison' / did you mean 'provision'?"));
}

TEST_F(ProvisionLayoutTest, AMissingFolderLeadsToInit) {
  std::filesystem::remove(folder_);

  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("there is no folder 'migrations'"),
                                        HasSubstr("provision init")));
}

TEST_F(ProvisionLayoutTest, WritesAFileForTheAuthorToFill) {
  const auto path = provision_layout().write(
      folder_, {"20261121043012", {}, {}, {"accounts"}, "Add e-mail, to Users!", "", ""});

  EXPECT_EQ(path.filename(), "20261121043012_add_e_mail_to_users.sql");
  const RevisionGraph graph = read_revisions(folder_, {}, project_.path());
  const Revision& revision = graph.at("20261121043012");
  EXPECT_EQ(revision.message, "Add e-mail, to Users!");
  EXPECT_THAT(revision.parents, IsEmpty());
  EXPECT_THAT(revision.labels, ElementsAre("accounts"));
  EXPECT_THAT(revision.up[0].text, HasSubstr("-- Write here what this revision changes"));
  EXPECT_THAT(revision.down[0].text, HasSubstr("irreversible"));
}

TEST_F(ProvisionLayoutTest, WritesTheSqlThatItIsGiven) {
  provision_layout().write(folder_,
                           {"1", {}, {}, {}, "one", "CREATE TABLE t (a int);", "DROP TABLE t;\n"});
  provision_layout().write(folder_, {"2", {"1"}, {"1"}, {}, "two", "SELECT 2;\n", "SELECT 3;"});

  const RevisionGraph graph = read_revisions(folder_, {}, project_.path());
  EXPECT_EQ(graph.at("1").up[0].text, "CREATE TABLE t (a int);\n");
  EXPECT_EQ(graph.at("1").down[0].text, "DROP TABLE t;\n");
  EXPECT_THAT(graph.at("2").parents, ElementsAre("1"));
  EXPECT_THAT(graph.at("2").depends_on, ElementsAre("1"));
}

TEST_F(ProvisionLayoutTest, WritesAMergeThatHasNothingToRun) {
  revision_file("1", "base");
  revision_file("2", "1");
  revision_file("3", "1");

  provision_layout().write(folder_, {"4", {"2", "3"}, {}, {}, "merge 2 and 3", "", ""});

  const RevisionGraph graph = read_revisions(folder_, {}, project_.path());
  EXPECT_TRUE(graph.is_merge("4"));
  EXPECT_EQ(graph.at("4").up[0].text, "-- Nothing: this revision only joins its parents.\n");
  EXPECT_EQ(graph.at("4").down[0].text, graph.at("4").up[0].text);
}

TEST_F(ProvisionLayoutTest, CutsTheMessageInAFileNameAfterAWord) {
  const auto name = [&](const std::string& id, const std::string& message) {
    return provision_layout().write(folder_, {id, {}, {}, {}, message, "", ""}).filename().string();
  };

  EXPECT_EQ(name("1", "a long message that does not fit into a name of forty"),
            "1_a_long_message_that_does_not_fit_into_a.sql");
  EXPECT_EQ(name("2", std::string(50, 'x')), "2_" + std::string(40, 'x') + ".sql");
  EXPECT_EQ(name("3", "\xC3\xA9t\xC3\xA9"), "3_t.sql");
  EXPECT_EQ(name("4", "!"), "4.sql");
}

TEST_F(ProvisionLayoutTest, WritesNothingThatItCouldNotRead) {
  revision_file("1", "base");
  const auto refused = [&](NewRevision revision) {
    EXPECT_THROW(provision_layout().write(folder_, revision), Error) << revision.id;
    EXPECT_EQ(read_revisions(folder_, {}, project_.path()).size(), 1U);
  };

  refused({"1", {}, {}, {}, "x", "", ""});
  refused({"1", {}, {}, {}, "another", "", ""});
  refused({"2", {"none"}, {}, {}, "", "", ""});
  refused({"../2", {}, {}, {}, "", "", ""});
  refused({"a-b", {}, {}, {}, "", "", ""});
  refused({"3", {"1"}, {}, {}, "", "SELECT 1;\n-- provision:down\n", ""});
  refused({"4", {"1"}, {}, {"1"}, "", "", ""});
}

TEST_F(ProvisionLayoutTest, KeepsAMessageOnOneLine) {
  provision_layout().write(folder_, {"1", {}, {}, {}, "first\nsecond", "", ""});

  EXPECT_EQ(read_revisions(folder_, {}, project_.path()).at("1").message, "first second");
}

}  // namespace
}  // namespace provision
