#include "provision/ops/scratch.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace provision {
namespace {

using testing::Contains;
using testing::Not;

TEST(ScratchFolder, GoesWithItsObject) {
  std::filesystem::path path;
  {
    const ScratchFolder folder;
    path = folder.path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
    EXPECT_THAT(collect_scratch(true), Not(Contains(path)));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScratchFolder, OfAKilledProcessIsCollected) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const ScratchFolder folder;
    const std::string path = folder.path().string() + "\n";
    if (::write(ends[1], path.data(), path.size()) > 0) ::pause();
    ::_exit(0);
  }
  std::string path;
  for (char letter = 0; ::read(ends[0], &letter, 1) == 1 && letter != '\n';) path += letter;
  EXPECT_THAT(collect_scratch(true), Not(Contains(std::filesystem::path(path))));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);

  // Another test program may have collected it first.
  collect_scratch(false);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Scratch, DatabasesAreEmptyAndGoWithIt) {
  Silent silent;
  std::filesystem::path path;
  {
    Scratch scratch("sqlite", std::nullopt, silent);
    const DatabaseSpec spec = scratch.create();
    path = spec.location.path;
    scratch.connect(spec)->execute("CREATE TABLE t (a integer)");
    const auto copy = scratch.connect(scratch.copy_of(spec));
    EXPECT_TRUE(copy->table_exists("", "t"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace provision
