#include "provision/model/revision.h"

#include <gtest/gtest.h>

namespace provision {
namespace {

std::string checksum_of(std::string text) {
  Revision revision;
  revision.text = std::move(text);
  return checksum(revision);
}

TEST(Checksum, SaysTheVersionOfItsRule) {
  EXPECT_EQ(checksum_of("").substr(0, 3), "v1:");
  EXPECT_EQ(checksum_of("").size(), 3 + 64);
}

TEST(Checksum, IsTheSameForWhatEditorsAndGitChangeByThemselves) {
  const std::string text = "-- revision: a\n\nSELECT 1;\n";

  EXPECT_EQ(checksum_of("-- revision: a\r\n\r\nSELECT 1;\r\n"), checksum_of(text)) << "line ends";
  EXPECT_EQ(checksum_of("\xEF\xBB\xBF" + text), checksum_of(text)) << "byte-order mark";
  EXPECT_EQ(checksum_of("-- revision: a  \n\t\nSELECT 1; \t\n"), checksum_of(text)) << "blanks";
  EXPECT_EQ(checksum_of(text + "\n  \n\n"), checksum_of(text)) << "empty lines at the end";
  EXPECT_EQ(checksum_of("-- revision: a\n\nSELECT 1;"), checksum_of(text)) << "no last line end";
}

TEST(Checksum, ChangesWithAnythingElse) {
  const std::string text = "-- revision: a\n\nSELECT 1;\n";

  for (const char* other :
       {"-- revision: a\nSELECT 1;\n", "-- revision: a\n\n SELECT 1;\n",
        "-- revision: a\n\nselect 1;\n", "\n-- revision: a\n\nSELECT 1;\n",
        "-- revision: a\n\nSELECT  1;\n", "-- revision: a\n\nSELECT 1;\n-- done\n"}) {
    EXPECT_NE(checksum_of(other), checksum_of(text)) << other;
  }
}

TEST(RevisionScript, PrefersTheEnginesOwnText) {
  Revision revision;
  revision.up = {{"", "common", 3}, {"sqlite", "own", 5}};

  EXPECT_EQ(revision.script(Direction::up, "sqlite")->text, "own");
  EXPECT_EQ(revision.script(Direction::up, "postgresql")->text, "common");
  EXPECT_EQ(revision.script(Direction::down, "sqlite"), nullptr);
}

TEST(RevisionTitle, IsTheIdAndTheMessageIfThereIsOne) {
  Revision revision;
  revision.id = "20260101";

  EXPECT_EQ(revision.title(), "20260101");
  revision.message = "add email";
  EXPECT_EQ(revision.title(), "20260101 add email");
}

}  // namespace
}  // namespace provision
