#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "provision/base/file.h"
#include "provision/base/process.h"

namespace provision {
namespace {

class FileLockTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "lock";
};

TEST_F(FileLockTest, OnlyOneHoldsItExclusively) {
  FileLock first(path);
  FileLock second(path);

  EXPECT_TRUE(first.try_lock());
  EXPECT_FALSE(second.try_lock());
  EXPECT_FALSE(second.try_lock(FileLock::Mode::shared));
}

TEST_F(FileLockTest, ManyShareIt) {
  FileLock first(path);
  FileLock second(path);
  FileLock third(path);

  EXPECT_TRUE(first.try_lock(FileLock::Mode::shared));
  EXPECT_TRUE(second.try_lock(FileLock::Mode::shared));
  EXPECT_FALSE(third.try_lock());
}

TEST_F(FileLockTest, ItEndsWithItsObject) {
  { EXPECT_TRUE(FileLock(path).try_lock()); }

  EXPECT_TRUE(FileLock(path).try_lock());
}

TEST_F(FileLockTest, ItEndsWithItsProcess) {
  const pid_t child = fork();
  if (child == 0) {
    static FileLock lock(path);
    _exit(lock.try_lock() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);

  EXPECT_EQ(status, 0);
  EXPECT_TRUE(FileLock(path).try_lock());
}

TEST_F(FileLockTest, AChildThatWeStartDoesNotKeepIt) {
  std::optional<FileLock> lock(path);
  ASSERT_TRUE(lock->try_lock());

  run({.program = "sh", .arguments = {"-c", "sleep 5 >/dev/null 2>&1 &"}});
  lock.reset();

  EXPECT_TRUE(FileLock(path).try_lock());
}

TEST_F(FileLockTest, WaitingEndsWhenTheHolderIsDone) {
  std::optional<FileLock> first(path);
  ASSERT_TRUE(first->try_lock());
  std::atomic<bool> is_free = false;

  std::thread waiting([this, &is_free] {
    FileLock second(path);
    second.lock();
    EXPECT_TRUE(is_free);
  });
  is_free = true;
  first.reset();
  waiting.join();
}

TEST_F(FileLockTest, TheHolderSaysWhoItIs) {
  FileLock first(path);
  FileLock second(path);
  ASSERT_TRUE(first.try_lock());

  first.write_holder("a longer text");
  first.write_holder("someone");

  EXPECT_EQ(second.holder(), "someone");
}

TEST_F(FileLockTest, ItsFileIsPrivate) {
  const FileLock lock(path);
  struct stat info {};
  stat(path.c_str(), &info);

  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace provision
