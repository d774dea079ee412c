#include "provision/base/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/errors.h"

namespace provision {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  stat(path.c_str(), &info);
  return info.st_mode & 0777U;
}

class FileTest : public testing::Test {
 protected:
  fs::path file(std::string_view name, std::string_view text) const {
    write_file(folder.path() / name, text);
    return folder.path() / name;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      result.push_back(entry.path().filename());
    }
    return result;
  }

  TemporaryFolder folder;
};

TEST_F(FileTest, AWrittenTextIsReadBack) {
  for (const size_t size : {0UL, 1UL, 7UL, 4096UL, 1'000'003UL}) {
    const std::string text(size, 'x');

    EXPECT_EQ(read_text(file("a.txt", text)), text);
  }
}

TEST_F(FileTest, AByteOrderMarkIsLeftOut) {
  EXPECT_EQ(read_text(file("a",
                           "\xEF\xBB\xBF"
                           "text")),
            "text");
}

TEST_F(FileTest, AFileWithoutASizeIsReadToItsEnd) {
  EXPECT_THAT(read_bytes("/proc/self/status"), HasSubstr("\nUid:"));
}

TEST_F(FileTest, TheLineOfABadByteIsTold) {
  const fs::path path = file("a.sql", "SELECT 1;\n-- caf\xe9\n");

  const Error error = error_of([&] { read_text(path); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.place().line, 2);
  EXPECT_EQ(error.message(), path.native() + ":2: byte 0xe9 is not UTF-8");
  EXPECT_EQ(read_bytes(path).size(), 18U);
}

TEST_F(FileTest, ANulByteIsNoText) {
  const fs::path path = file("a", std::string_view("a\n\n\0b", 5));

  EXPECT_EQ(error_of([&] { read_text(path); }).place().line, 3);
}

TEST_F(FileTest, AMissingFileIsAUsageError) {
  const Error error = error_of([&] { read_text(folder.path() / "none"); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.message(), EndsWith("/none'"));
}

TEST_F(FileTest, OnlyRegularFilesAreRead) {
  const fs::path fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);

  for (const fs::path& path : {fifo, folder.path(), fs::path("/dev/zero")}) {
    EXPECT_EQ(error_of([&] { read_text(path); }).kind(), ErrorKind::usage) << path;
    EXPECT_EQ(error_of([&] { read_bytes(path); }).kind(), ErrorKind::usage) << path;
  }
}

TEST_F(FileTest, AFileBeyondTheLimitIsRefused) {
  const fs::path path = file("a", "12345");

  EXPECT_EQ(read_text(path, 5), "12345");
  EXPECT_EQ(error_of([&] { read_text(path, 4); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { read_text("/proc/self/status", 4); }).kind(), ErrorKind::usage);
}

TEST_F(FileTest, WritingReplacesAndLeavesNothingElse) {
  file("a", "old");
  file("a", "new");

  EXPECT_EQ(read_text(folder.path() / "a"), "new");
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(FileTest, WhoeverHasTheOldFileOpenKeepsIt) {
  const fs::path path = file("a", "old");
  const fs::path other = folder.path() / "b";
  fs::create_hard_link(path, other);

  file("a", "new");

  EXPECT_EQ(read_text(other), "old");
}

TEST_F(FileTest, APrivateFileIsForItsOwnerOnly) {
  write_file(folder.path() / "secret", "x", true);
  file("shared", "x");

  EXPECT_EQ(mode_of(folder.path() / "secret"), 0600U);
  EXPECT_EQ(mode_of(folder.path() / "shared") & 0600U, 0600U);
  EXPECT_EQ(mode_of(folder.path() / "shared") & 0133U, 0U);
}

TEST_F(FileTest, WritingIntoAMissingFolderNamesTheFile) {
  const Error error = error_of([&] { file("none/a", "x"); });

  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_THAT(error.message(), EndsWith("/none/a': no such file or directory"));
}

TEST_F(FileTest, CreatingDoesNotReplace) {
  create_file(folder.path() / "a", "first");

  const Error error = error_of([&] { create_file(folder.path() / "a", "second"); });

  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(read_text(folder.path() / "a"), "first");
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(FileTest, FoldersAreMadeWithTheirParents) {
  make_folder(folder.path() / "a/b/c", true);
  make_folder(folder.path() / "a/b/c");
  make_folder(folder.path() / "a/b/d/");

  EXPECT_EQ(mode_of(folder.path() / "a"), 0700U);
  EXPECT_EQ(mode_of(folder.path() / "a/b/c"), 0700U);
  EXPECT_TRUE(fs::is_directory(folder.path() / "a/b/d"));
}

TEST_F(FileTest, AFileIsNoFolder) {
  const fs::path path = file("a", "x");

  EXPECT_EQ(error_of([&] { make_folder(path / "b"); }).kind(), ErrorKind::unavailable);
  EXPECT_EQ(error_of([&] { make_folder(path); }).kind(), ErrorKind::unavailable);
}

TEST_F(FileTest, ATemporaryFolderGoesWithAllThatIsInIt) {
  fs::path path;
  {
    const TemporaryFolder temporary(folder.path());
    path = temporary.path();
    make_folder(path / "a/b");
    write_file(path / "a/b/c", "x");
    EXPECT_EQ(mode_of(path), 0700U);
  }

  EXPECT_FALSE(fs::exists(path));
  EXPECT_THAT(names(), IsEmpty());
}

TEST(ShownPath, IsRelativeOnlyBelowTheBase) {
  EXPECT_EQ(shown_path("/project/migrations/1.sql", "/project"), "migrations/1.sql");
  EXPECT_EQ(shown_path("/project/./a/../b", "/project/"), "b");
  EXPECT_EQ(shown_path("/elsewhere/1.sql", "/project"), "/elsewhere/1.sql");
  EXPECT_EQ(shown_path("/projects", "/project"), "/projects");
  EXPECT_EQ(shown_path("a.sql", "/project"), "a.sql");
}

TEST_F(FileTest, IsWithinFollowsLinks) {
  make_folder(folder.path() / "in/deep");
  make_folder(folder.path() / "out");
  fs::create_symlink(folder.path() / "out", folder.path() / "in/link");

  const fs::path in = folder.path() / "in";
  EXPECT_TRUE(is_within(in / "deep/new.sql", in));
  EXPECT_TRUE(is_within(in, in));
  EXPECT_FALSE(is_within(in / "../out", in));
  EXPECT_FALSE(is_within(in / "link/new.sql", in));
  EXPECT_FALSE(is_within(folder.path() / "inn", in));
}

}  // namespace
}  // namespace provision
